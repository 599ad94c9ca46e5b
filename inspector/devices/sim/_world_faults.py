"""What can go wrong in the world, by name. Each entry says what it takes and does; its function does it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from inspector.devices.sim._fault_spec import FaultSpec

if TYPE_CHECKING:
    from inspector.devices.sim._world import World

Effect = Callable[["World", dict[str, float], int], None]
"""Takes the world, the fault's parameters and the true time."""

Switch = Callable[["World", bool, int], None]
"""Turns a lasting fault on or off at a true time."""

FAULTS: dict[str, FaultSpec] = {}
EFFECTS: dict[str, Effect] = {}

_DURATION = "how long it lasts"
_FRAMES = "how many frames"


def _fault(name: str, what_it_does: str, **parameters: tuple[float, str]) -> Callable[[Effect], Effect]:
    def register(effect: Effect) -> Effect:
        FAULTS[name] = FaultSpec(name=name, side="world", parameters=parameters, what_it_does=what_it_does)
        EFFECTS[name] = effect
        return effect

    return register


def _next_frames(name: str, trouble: str, what_it_does: str) -> None:
    @_fault(name, what_it_does, count=(1, _FRAMES))
    def effect(world: World, values: dict[str, float], _t_ns: int) -> None:
        world.camera.trouble[trouble] += int(values["count"])


_next_frames("frame_lost", "lost", "the next frames are lost on their way; the camera has counted them")
_next_frames("frame_duplicated", "duplicated", "the next frames arrive twice, in two slots")
_next_frames("frame_reordered", "reordered", "the next frames arrive after the ones that follow them")
_next_frames("frame_corrupt", "corrupt", "the lower half of the next frames is missing, and they say so")


@_fault("frame_delayed", "the next frames arrive late", count=(1, _FRAMES), delay_ms=(20, "how much later"))
def _delay(world: World, values: dict[str, float], _t_ns: int) -> None:
    world.camera.delay_ns = round(values["delay_ms"] * 1e6)
    world.camera.trouble["delayed"] += int(values["count"])


@_fault(
    "camera_clock_set",
    "the camera's clock is set, as by a time server; its connection stays",
    step_ms=(-10, "by how much; negative: back"),
)
def _set_clock(world: World, values: dict[str, float], _t_ns: int) -> None:
    world.camera.set_clock(round(values["step_ms"] * 1e6))


def _state(name: str, set_state: Switch, what_it_does: str, duration_s: float = 0.5) -> None:
    @_fault(name, what_it_does, duration_s=(duration_s, _DURATION))
    def effect(world: World, values: dict[str, float], t_ns: int) -> None:
        begin, end = partial(set_state, world, True), partial(set_state, world, False)
        world.hold(name, t_ns, values["duration_s"], begin, end)


def _darken(world: World, is_on: bool, _t_ns: int) -> None:
    world.camera.is_black = is_on


def _unplug(world: World, is_on: bool, _t_ns: int) -> None:
    (world.camera.unplug if is_on else world.camera.plug_in)()


def _lose_air(world: World, is_on: bool, t_ns: int) -> None:
    world.set_input("air_ok", not is_on)
    if is_on:
        world.gate.lose_air(t_ns, int(world.belt.encoder_at(t_ns)))
    else:
        world.gate.regain_air()


def _jam(world: World, is_on: bool, _t_ns: int) -> None:
    world.gate.is_jammed = is_on


def _turns(wire: str) -> Switch:
    return lambda world, is_on, _t_ns: world.set_input(wire, is_on)


_state(
    "camera_frozen",
    lambda world, is_on, _t_ns: world.camera.freeze(is_on),
    "every frame shows the same pixels",
)
_state("camera_black", _darken, "the light is off")
_state("camera_disconnected", _unplug, "the camera loses power and comes back")
_state(
    "eye_blocked",
    lambda world, is_on, t_ns: world.block_eye(is_on, t_ns),
    "something covers the photo-eye: no part is seen",
    0.2,
)
_state("air_low", _lose_air, "no air: the flap stays where it is")
_state("ejector_stuck", _jam, "the flap is wedged at accept")
_state("bin_full", _turns("bin_full"), "the reject bin's sensor says that it is full")
_state("bypass_key", _turns("bypass_key"), "somebody turns the bypass key", 1.0)
_state("challenge_key", _turns("challenge_key"), "somebody turns the challenge key", 1.0)


@_fault(
    "eye_chatter",
    "each of the next parts makes 3 to 6 further rises within 3 ms",
    count=(1, "how many parts"),
)
def _chatter(world: World, values: dict[str, float], _t_ns: int) -> None:
    world.pending["chatter"] += int(values["count"])


@_fault(
    "parts_touching",
    "a part rides 0 to 1 mm behind the one before it: the eye sees one long part",
    count=(1, "how many pairs"),
)
def _touch(world: World, values: dict[str, float], _t_ns: int) -> None:
    world.pending["touching"] += int(values["count"])
    world.push_together()


@_fault("feed_ended", "no more parts come; those on the belt run out")
def _end_feed(world: World, _values: dict[str, float], _t_ns: int) -> None:
    for part in world.belt.coming():
        world.camera.forget(part.number)
    world.belt.end_feed()


@_fault("part_removed", "parts are taken off between eye and gate", count=(1, "how many parts"))
def _remove(world: World, values: dict[str, float], _t_ns: int) -> None:
    world.pending["removed"] += int(values["count"])
    world.take_off()


@_fault("part_added", "parts are laid on between eye and gate", count=(1, "how many parts"))
def _add(world: World, values: dict[str, float], t_ns: int) -> None:
    for _ in range(int(values["count"])):
        world.lay_on(t_ns)


@_fault("belt_stopped", "the belt is stuck although the motor is on", duration_s=(0.3, _DURATION))
def _stop(world: World, values: dict[str, float], t_ns: int) -> None:
    world.scale_belt(0.0, t_ns, values["duration_s"])


@_fault(
    "belt_speed",
    "the belt runs at another speed",
    factor=(0.7, "times nominal"),
    duration_s=(1, _DURATION),
)
def _speed(world: World, values: dict[str, float], t_ns: int) -> None:
    world.scale_belt(values["factor"], t_ns, values["duration_s"])


@_fault("belt_reversed", "the belt runs backwards, the encoder too", duration_s=(0.05, _DURATION))
def _reverse(world: World, values: dict[str, float], t_ns: int) -> None:
    world.scale_belt(-1.0, t_ns, values["duration_s"])


@_fault("encoder_slip", "the encoder misses counts", percent=(10, "of the counts"), duration_s=(1, _DURATION))
def _slip(world: World, values: dict[str, float], t_ns: int) -> None:
    world.scale_encoder(1.0 - values["percent"] / 100.0, t_ns, values["duration_s"])


@_fault("encoder_dead", "the encoder stands still", duration_s=(0.3, _DURATION))
def _kill_encoder(world: World, values: dict[str, float], t_ns: int) -> None:
    world.scale_encoder(0.0, t_ns, values["duration_s"])


@_fault("operator_reset", "somebody presses the reset button on the PLC's panel")
def _reset(world: World, _values: dict[str, float], _t_ns: int) -> None:
    world.wires.inputs["reset_presses"] += 1
