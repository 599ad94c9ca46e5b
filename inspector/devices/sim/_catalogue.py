"""What can go wrong in the simulated devices, all in one list; and the line's dimensions for the world."""

from __future__ import annotations

from inspector.devices.sim._fault_spec import FaultSpec
from inspector.devices.sim._options import Physics
from inspector.devices.sim._plc_faults import PLC_FAULTS
from inspector.devices.sim._world_faults import FAULTS as WORLD_FAULTS
from inspector.domain.geometry import LineGeometry


def faults() -> dict[str, FaultSpec]:
    """Return every fault that world and PLC can be told to have, by name."""
    return dict(sorted({**WORLD_FAULTS, **PLC_FAULTS}.items()))


def fault_parameters() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the faults by name: the side that acts them out, and the names of their parameters."""
    return {name: (spec.side, tuple(spec.parameters)) for name, spec in faults().items()}


def line_physics(line: LineGeometry, pitch_jitter: float) -> Physics:
    """Return the world's dimensions for a line as it is configured."""
    return Physics(
        pitch_mm=line.pitch_mm,
        pitch_jitter=pitch_jitter,
        min_pitch_mm=line.min_pitch_mm,
        part_mm=line.part_length_mm,
        eye_to_gate_mm=line.eye_to_gate_mm,
        counts_per_mm=line.counts_per_mm,
        trigger_delay_us=line.trigger_delay_us,
        exposure_us=line.exposure_time_us,
        readout_us=line.readout_us,
        frame_period_us=line.min_frame_period_us,
        gate_switch_ms=line.dead_time_ms,
    )
