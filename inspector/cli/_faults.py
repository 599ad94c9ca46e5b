"""The faults that the simulated devices can be told to have, by name."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """A fault: which device has it, what it does, and what it takes besides `duration_s` or `count`."""

    device: str
    about: str
    settings: str = ""


FAULTS: dict[str, Fault] = {
    "frame_lost": Fault("world", "a frame never arrives"),
    "frame_duplicated": Fault("world", "a frame arrives twice"),
    "frame_delayed": Fault("world", "a frame arrives late", "delay_ms"),
    "frame_reordered": Fault("world", "two frames arrive in the wrong order"),
    "frame_corrupt": Fault("world", "half of the lines are missing"),
    "camera_frozen": Fault("world", "the same pixels again and again"),
    "camera_black": Fault("world", "no light"),
    "camera_disconnected": Fault("world", "the camera is gone"),
    "eye_chatter": Fault("world", "the photo-eye sees one part twice"),
    "eye_blocked": Fault("world", "the photo-eye is covered"),
    "parts_touching": Fault("world", "two parts without a gap"),
    "part_removed": Fault("world", "a part is taken off by hand after the eye"),
    "part_added": Fault("world", "a part is put on by hand after the eye"),
    "belt_stopped": Fault("world", "the belt stands"),
    "belt_speed": Fault("world", "the belt runs faster or slower", "factor"),
    "belt_reversed": Fault("world", "the belt runs backwards"),
    "encoder_slip": Fault("world", "the encoder's wheel slips", "percent"),
    "encoder_dead": Fault("world", "the encoder counts no more"),
    "air_low": Fault("world", "no compressed air: the gate stays where it is"),
    "bin_full": Fault("world", "the reject bin is full"),
    "ejector_stuck": Fault("world", "the gate stays at accept"),
    "bypass_key": Fault("world", "somebody turns the bypass key"),
    "operator_reset": Fault("world", "somebody presses the reset button"),
    "scan_ms": Fault("plc", "the PLC's scan takes longer", "ms"),
    "plc_busy": Fault("plc", "replies come late", "delay_ms"),
    "exception_reply": Fault("plc", "requests are answered with an exception"),
    "wrong_echo": Fault("plc", "replies to writes echo another address"),
    "link_stall": Fault("plc", "bytes are held, and delivered late"),
    "link_reset": Fault("plc", "the connection is reset"),
    "link_half_open": Fault("plc", "the peer is silent, the connection stays"),
    "refuse_connections": Fault("plc", "no new connection is accepted"),
}
