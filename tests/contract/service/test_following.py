from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from service_rig import Console, Owner, part, until

from inspector.errors import ServiceUnavailableError
from inspector.protocol import (
    RAW_FRAMES,
    AlarmView,
    Counters,
    Endpoints,
    FrameHeader,
    StationState,
    fitted_frames,
    jpeg_frames,
)
from inspector.service import Server

Attach = Callable[..., Console]


def alarm(**fields: object) -> AlarmView:
    return AlarmView.model_validate({"id": "camera_lost", "priority": 1, "state": "unacknowledged"} | fields)


def test_a_console_that_comes_later_is_told_how_everything_is(owner: Owner, console: Attach) -> None:
    parts = [part(n, disposition="REJECT" if n % 2 else "ACCEPT") for n in range(1, 61)]
    owner.publish(
        StationState(state="EXECUTE", parts_now="not_affected"), Counters(triggers=60), alarm(), *parts
    )
    late = console()
    until(lambda: late.snapshots)
    snapshot = late.snapshots[0]
    assert (snapshot.server, snapshot.seq) == ("line 3", 63)
    assert snapshot.state is not None
    assert snapshot.state.state == "EXECUTE"
    assert snapshot.counters == Counters(triggers=60)
    assert [one.id for one in snapshot.alarms] == ["camera_lost"]
    assert [one.ordinal for one in snapshot.results] == list(range(21, 61))
    assert [one.ordinal for one in snapshot.rejects] == list(range(37, 61, 2))


def test_facts_arrive_in_order_each_once(owner: Owner, console: Attach) -> None:
    one = console()
    until(lambda: one.snapshots)
    for start in range(1, 301, 10):
        owner.publish(*(part(n) for n in range(start, start + 10)))
    until(lambda: one.mirror.results and one.mirror.results[-1].ordinal == 300)
    if len(one.snapshots) == 1:
        assert one.facts == [part(n) for n in range(1, 301)]


def test_two_consoles_and_the_service_agree(owner: Owner, console: Attach) -> None:
    first = console()
    until(lambda: first.snapshots)
    owner.publish(*(part(n, evaluation="NG", disposition="REJECT") for n in range(1, 31)), alarm())
    second = console()
    until(lambda: second.snapshots)
    owner.publish(part(30, applied="ACCEPTED"), alarm(state="normal"), Counters(triggers=31), part(31))
    until(lambda: all(one.mirror.results[-1:] == (part(31),) for one in (first, second)))
    for one in (first, second):
        assert one.mirror.results == owner.server._mirror.results
        assert one.mirror.rejects == owner.server._mirror.rejects
        assert one.mirror.alarms == ()
        assert one.mirror.counters == Counters(triggers=31)


def test_a_fact_that_was_missed_makes_the_client_ask_again(owner: Owner, console: Attach) -> None:
    one = console()
    until(lambda: one.snapshots)
    doors, owner.server._doors = owner.server._doors, []
    owner.do(lambda: [owner.server._mirror.apply(part(n)) for n in (1, 2)])
    owner.server._seq += 2  # as if two had been dropped on the way
    owner.server._doors = doors
    until(lambda: len(one.snapshots) == 2)  # by the heartbeat: nothing else is published
    assert [result.ordinal for result in one.mirror.results] == [1, 2]
    assert one.client.counts.gaps == 1
    owner.publish(part(3))
    until(lambda: one.facts == [part(3)])
    assert not one.losses


def test_silence_is_noticed_and_so_is_the_return(owner: Owner, console: Attach) -> None:
    one = console()
    until(lambda: one.snapshots)
    owner.freeze()
    until(lambda: one.losses)
    assert "silent for more than 1.5 s" in one.losses[0]
    owner.is_stuck = False
    until(lambda: len(one.snapshots) == 2)
    assert len(one.losses) == 1


def test_a_client_survives_the_restart_of_the_service(
    local: Endpoints, closing: ExitStack, console: Attach
) -> None:
    first = Owner(lambda handler: Server(local, handler, version="1"))
    one = console()
    first.publish(part(1))
    until(lambda: one.snapshots)
    first.close()
    second = Owner(lambda handler: Server(local, handler, version="2"))
    closing.callback(second.close)
    second.publish(part(2))
    until(lambda: one.snapshots[-1].server_version == "2")
    until(lambda: [result.ordinal for result in one.mirror.results] == [2])
    assert one.ask("line.hold").ok
    assert second.commands[0].kind == "line.hold"


def test_a_client_may_be_there_before_the_service(
    local: Endpoints, closing: ExitStack, console: Attach
) -> None:
    one = console()
    future = one.client.request("line.hold", timeout_ms=8000)
    owner = Owner(lambda handler: Server(local, handler))
    closing.callback(owner.close)
    assert future.result(10).ok
    until(lambda: one.snapshots)


def test_a_second_service_cannot_take_the_place_of_one_that_lives(owner: Owner, local: Endpoints) -> None:
    with pytest.raises(ServiceUnavailableError, match="another service is running at"):
        Server(local, owner.handle)


def test_raw_frames_arrive_as_they_are_and_only_the_newest_waits(owner: Owner, console: Attach) -> None:
    one = console(frames=RAW_FRAMES)
    until(lambda: owner.do(owner.server.wants_frames))
    pixels = [bytes([n]) * (64 * 48) for n in range(20)]
    for n, content in enumerate(pixels):
        header = FrameHeader(width_px=64, height_px=48, frame_id=n)
        owner.do(lambda header=header, content=content: owner.server.publish_frame(header, content))
        until(lambda n=n: one.client.counts.frames > 0 or n < 5)
    until(lambda: one.client._worker._picture and one.client._worker._picture.header.frame_id == 19)
    assert one.frames_ready == 1
    picture = one.client.take_frame()
    assert picture is not None
    assert picture.pixels == pixels[19]
    assert picture.pixels.readonly
    assert one.client.take_frame() is None


def test_nobody_wants_frames_that_nobody_looks_at(owner: Owner, console: Attach) -> None:
    one = console(frames=RAW_FRAMES)
    until(lambda: owner.do(owner.server.wants_frames))
    one.client.watch_frames("")
    until(lambda: not owner.do(owner.server.wants_frames))


def test_raw_pictures_are_made_once_for_each_width_and_of_four_widths_at_most(
    local: Endpoints, closing: ExitStack, console: Attach
) -> None:
    asked: list[int] = []

    def fit(header: FrameHeader, pixels: memoryview, width_px: int) -> tuple[FrameHeader, memoryview]:
        asked.append(width_px)
        return header.model_copy(update={"width_px": width_px}), pixels[:width_px]

    owner = Owner(lambda handler: Server(local, handler, fitter=fit))
    closing.callback(owner.close)
    widths = [320, 320, 640, 832, 960, 1024]
    consoles = [console(frames=fitted_frames(width + 5)) for width in widths]
    until(lambda: all(one.snapshots for one in consoles))
    header = FrameHeader(width_px=1280, height_px=1, frame_id=5)

    def seen() -> bool:
        asked.clear()
        owner.do(lambda: owner.server.publish_frame(header, bytes(1280)))
        return len(asked) == 4 and all(one.frames_ready for one in consoles)

    until(seen)
    assert len(set(asked)) == 4
    shown = [one.client.take_frame() for one in consoles]
    got = [picture.header.width_px for picture in shown if picture is not None]
    assert all(was in {width, 1280} for was, width in zip(got, widths, strict=True))
    assert got.count(1280) == 1


def test_a_jpeg_is_made_once_at_the_size_that_was_asked_for(
    local: Endpoints, closing: ExitStack, console: Attach
) -> None:
    asked: list[int] = []

    def encode(header: FrameHeader, pixels: memoryview, width_px: int) -> tuple[FrameHeader, bytes]:
        asked.append(width_px)
        return header.model_copy(update={"encoding": "jpeg", "width_px": width_px}), b"a small picture"

    owner = Owner(lambda handler: Server(local, handler, encoder=encode))
    closing.callback(owner.close)
    consoles = [console(frames=jpeg_frames(600)) for _ in range(2)]
    until(lambda: all(one.snapshots for one in consoles))
    header = FrameHeader(width_px=1280, height_px=1, frame_id=5)

    def seen() -> bool:
        owner.do(lambda: owner.server.publish_frame(header, bytes(1280)))
        return all(one.frames_ready for one in consoles)

    until(seen)
    assert set(asked) == {640}
    picture = consoles[0].client.take_frame()
    assert picture is not None
    assert (picture.header.encoding, picture.pixels.tobytes()) == ("jpeg", b"a small picture")
    assert len(asked) <= consoles[0].client.counts.frames + 2
