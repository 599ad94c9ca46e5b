"""Benchmarks: they measure this machine and print; nothing here passes or fails."""

from inspector.bench._decision import DecisionBench, bench_decision
from inspector.bench._line import LineBench, bench_line

__all__ = ["DecisionBench", "LineBench", "bench_decision", "bench_line"]
