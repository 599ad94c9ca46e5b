"""Benchmarks: they measure this machine and print; nothing here passes or fails."""

from inspector.bench._console import ConsoleBench, bench_console
from inspector.bench._decision import DecisionBench, bench_decision
from inspector.bench._line import LineBench, bench_line

__all__ = ["ConsoleBench", "DecisionBench", "LineBench", "bench_console", "bench_decision", "bench_line"]
