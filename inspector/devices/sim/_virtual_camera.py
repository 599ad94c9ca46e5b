"""The camera at the photo-eye: triggers, exposures, frames drawn ahead, and what can go wrong with them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inspector.clock import monotonic_ns
from inspector.devices.sim._camera_port import CameraPort, Delivery
from inspector.devices.sim._options import Physics
from inspector.devices.sim._source import PartSource
from inspector.domain.frame import FrameHealth

Scene = Sequence[tuple[int, int]]
"""(part number, px from the frame's middle along the belt); the first is the part that is looked at."""
FrameLog = Callable[[int, int, int, int], None]
"""Takes frame_id, the part's row, the trigger's true time, and when the frame was available."""

DRIFT_PPM = 25
"""The camera's clock runs slow by this much, the PLC's runs fast: they drift apart."""
_AHEAD = 4
_REORDER_LIMIT_NS = 500_000_000
_HICCUP_NS = 100_000
_BLACK_SHIFT = 6  # 235 → 3: what is left with the light off


@dataclass(frozen=True, slots=True)
class _Shot:
    """An exposure on its way to the consumer."""

    slot: int
    size: tuple[int, int]
    frame_id: int
    trigger_count: int
    device_ns: int
    trigger_ns: int
    row: int
    device_generation: int
    is_delayed: bool = False


class DeviceClock:
    """Nanoseconds since a random origin, running slow by `DRIFT_PPM`."""

    def __init__(self, rng: random.Random, now_ns: int) -> None:
        self._zero_ns = now_ns
        self._origin_ns = rng.randrange(1 << 40, 1 << 50)

    def at(self, t_ns: int) -> int:
        """Return what this clock reads at a true time."""
        elapsed_ns = t_ns - self._zero_ns
        return self._origin_ns + elapsed_ns - elapsed_ns * DRIFT_PPM // 1_000_000

    def set_by(self, step_ns: int) -> None:
        """Set the clock forward, or back."""
        self._origin_ns += step_ns


class VirtualCamera:
    """Semantics of a hardware-triggered industrial camera. One thread.

    `frame_id` and `trigger_count` have origins of their own. The count advances with every trigger, as a
    counter on the trigger input does; the frame's number with every accepted one, also where the frame is then
    lost. A trigger that comes too soon after the last is ignored, and leaves no gap in the frames' numbers.

    Parameters
    ----------
    schedule
        Calls an action at a true time.
    log_frame
        Is told of every frame that was handed over.
    """

    def __init__(
        self,
        port: CameraPort,
        source: PartSource,
        physics: Physics,
        rng: random.Random,
        schedule: Callable[[int, Callable[[int], None]], None],
        log_frame: FrameLog,
        clock_ns: Callable[[], int] = monotonic_ns,
    ) -> None:
        self.port = port
        self.trouble: Counter[str] = Counter()
        """What is to happen to the next frames ('lost', 'duplicated', …): how many are left to go."""
        self.delay_ns = 0
        self.is_black = False
        self.ignored_triggers = 0
        self.frames_dropped = 0
        self.draw_ns = 1_000_000
        """How long drawing takes, smoothed."""
        self._source, self._rng, self._clock_ns = source, rng, clock_ns
        self._schedule, self._log_frame = schedule, log_frame
        self._delay_ns = round(physics.trigger_delay_us * 1e3)
        self._exposure_ns = round(physics.exposure_us * 1e3)
        self._latency_ns = round((physics.exposure_us + physics.readout_us) * 1e3)
        self._period_ns = round(physics.frame_period_us * 1e3)
        self._ready: dict[int, tuple[int, tuple[int, int]]] = {}
        self._held_back: _Shot | None = None
        self._still: NDArray[np.uint8] | None = None
        self._is_frozen = False
        self._power_on()

    def _power_on(self) -> None:
        self._frame_id = self._rng.randrange(1, 30_000)
        self._triggers = self._rng.randrange(1, 30_000)
        self._device_clock = DeviceClock(self._rng, self._clock_ns())
        self._last_exposure_ns = -self._period_ns
        self.beat(self._clock_ns())  # before anybody can read the old clock as the new device's
        self.port.connect()

    def set_clock(self, step_ns: int) -> None:
        """Set the device's clock forward, or back; frames under way keep their stamps."""
        self._device_clock.set_by(step_ns)

    def beat(self, now_ns: int) -> None:
        """Show that the camera lives, and latch its clock for whoever asks."""
        self.port.beat(now_ns, self._device_clock.at(now_ns))

    # -- drawing ahead

    def has_room(self) -> bool:
        """Whether another frame should be drawn ahead: not enough yet, and a slot to spare."""
        return len(self._ready) < _AHEAD and self.port.free_slots() > 0

    def has_drawn(self, number: int) -> bool:
        """Whether the frame of a part is ready."""
        return number in self._ready

    def draw_ahead(self, number: int, scene: Scene) -> None:
        """Draw the frame that part `number` will trigger into a free slot, if there is one."""
        slot = self.port.take()
        if slot is not None:
            self._ready[number] = (slot, self._draw(slot, scene, number))

    def forget(self, number: int) -> None:
        """Drop the frame drawn ahead for a part, if any: it will not trigger, or not look like that."""
        drawn = self._ready.pop(number, None)
        if drawn is not None:
            self.port.give_back(drawn[0])

    def _draw(self, slot: int, scene: Scene, key: int) -> tuple[int, int]:
        before_ns = self._clock_ns()
        out, count = self.port.pixels(slot), self._source.count
        parts = [(number % count if count else number, offset_px) for number, offset_px in scene]
        if len(parts) == 1 and parts[0][1] == 0:
            size = self._source.render_into(parts[0][0], out)
        else:
            size = self._source.render_scene_into(parts, out, key=key)
        took_ns = min(self._clock_ns() - before_ns, 2 * self.draw_ns + _HICCUP_NS)
        self.draw_ns += (took_ns - self.draw_ns) // 8
        return size

    # -- triggers

    def trigger(self, eye_ns: int, row: int, number: int | None, scene: Callable[[], Scene]) -> None:
        """Take the trigger that the eye's edge at `eye_ns` makes.

        Parameters
        ----------
        row
            Row of the part in the truth table, -1 for none.
        number
            The part whose frame was drawn ahead, if it looks like that; None draws `scene()` now.
        """
        exposure_ns = eye_ns + self._delay_ns
        if not self.port.is_connected:
            return
        self._triggers += 1
        if exposure_ns - self._last_exposure_ns < self._period_ns:
            self.ignored_triggers += 1
            self.port.count_ignored()
            return
        self._last_exposure_ns = exposure_ns
        self._frame_id += 1
        drawn = self._ready.pop(number, None) if number is not None else None
        if drawn is None:
            drawn = self._draw_now(scene(), eye_ns)
        if drawn is None:
            self.frames_dropped += 1
            self.port.count_dropped()
            return
        shot = _Shot(
            *drawn, self._frame_id, self._triggers, self._device_clock.at(exposure_ns), eye_ns, row,
            self.port.generation,
        )  # fmt: skip
        self._schedule(exposure_ns + self._latency_ns, lambda _: self._arrive(shot))

    def _draw_now(self, scene: Scene, key: int) -> tuple[int, tuple[int, int]] | None:
        if self.port.free_slots() == 0 and self._ready:
            self.forget(next(reversed(self._ready)))  # the furthest away: it can be drawn again
        slot = self.port.take()
        return None if slot is None else (slot, self._draw(slot, scene, key & 0x7FFFFFFF))

    # -- delivery

    def _arrive(self, shot: _Shot) -> None:
        is_cut_off = shot.device_generation != self.port.generation or not self.port.is_connected
        if is_cut_off or self._is_next("lost"):
            self.port.give_back(shot.slot)
        elif not shot.is_delayed and self._is_next("delayed"):
            late = replace(shot, is_delayed=True)
            self._schedule(self._clock_ns() + self.delay_ns, lambda _: self._arrive(late))
        elif self._held_back is None and self._is_next("reordered"):
            self._held_back = shot
            self._schedule(self._clock_ns() + _REORDER_LIMIT_NS, lambda _: self._deliver_held(shot))
        else:
            self._deliver(shot)
            if self._held_back is not None:
                self._deliver_held(self._held_back)

    def _is_next(self, trouble: str) -> bool:
        if self.trouble[trouble] <= 0:
            return False
        self.trouble[trouble] -= 1
        return True

    def _deliver_held(self, shot: _Shot) -> None:
        if self._held_back is shot:
            self._held_back = None
            self._deliver(shot)

    def _deliver(self, shot: _Shot) -> None:
        health = self._spoil(self.port.pixels(shot.slot))
        twin = self.port.take() if self._is_next("duplicated") else None
        if twin is not None:
            np.copyto(self.port.pixels(twin), self.port.pixels(shot.slot))
        self._publish(shot, health)
        if twin is not None:
            self._publish(replace(shot, slot=twin), health)

    def _publish(self, shot: _Shot, health: FrameHealth) -> None:
        available_ns = self._clock_ns()
        delivery = self.port.publish(
            shot.slot,
            frame_id=shot.frame_id,
            trigger_count=shot.trigger_count,
            device_timestamp_ns=shot.device_ns,
            available_ns=available_ns,
            size=shot.size,
            health=health,
        )
        if delivery is Delivery.SENT:
            self._log_frame(shot.frame_id, shot.row, shot.trigger_ns, available_ns)
        elif delivery is Delivery.DROPPED:
            self.frames_dropped += 1

    def _spoil(self, pixels: NDArray[np.uint8]) -> FrameHealth:
        if self.is_black:
            np.right_shift(pixels, _BLACK_SHIFT, out=pixels)
        if self._is_frozen:
            if self._still is None:
                self._still = pixels.copy()
            np.copyto(pixels, self._still)
        if not self._is_next("corrupt"):
            return FrameHealth.GOOD
        pixels[pixels.shape[0] // 2 :] = 0
        return FrameHealth.INCOMPLETE

    # -- what can happen to it

    def freeze(self, is_frozen: bool) -> None:
        """Deliver the next frame's pixels again and again, until told otherwise."""
        self._is_frozen, self._still = is_frozen, None

    def unplug(self) -> None:
        """Lose the connection; triggers go nowhere."""
        if self.port.is_connected:
            if self._held_back is not None:
                self.port.give_back(self._held_back.slot)
                self._held_back = None
            self.port.disconnect()

    def plug_in(self) -> None:
        """Come back after a power cycle: other counters, another clock, another generation."""
        if not self.port.is_connected:
            self._power_on()
