from __future__ import annotations

from inspector.protocol import FrameHeader
from inspector.service._frame_desk import RecentFrames

S = 1_000_000_000


def filled(count: int, size_bytes: int = 24) -> RecentFrames:
    frames, pixels = RecentFrames(), memoryview(bytes(size_bytes))
    for at in range(1, count + 1):
        frames.keep(FrameHeader(width_px=6, height_px=4, frame_id=at, available_ns=at), pixels)
    return frames


def kept(frames: RecentFrames) -> list[int]:
    return [at for at in range(100) if frames.find(at)]


def test_the_newest_frames_are_kept() -> None:
    assert kept(filled(20)) == list(range(5, 21))


def test_of_large_frames_fewer_are_kept_but_one_at_least() -> None:
    assert kept(filled(20, 10 << 20)) == [18, 19, 20]
    assert kept(filled(20, 40 << 20)) == [20]


def test_frames_stay_a_while_after_the_last_one_who_looked_has_gone() -> None:
    frames = filled(3)
    frames.tidy(5 * S)
    frames.tidy(7 * S)
    assert kept(frames) == [1, 2, 3]
    frames.tidy(7 * S + 1)
    assert kept(frames) == []


def test_whoever_looks_again_has_frames_kept_again() -> None:
    frames = filled(3)
    frames.tidy(5 * S)
    frames.keep(FrameHeader(width_px=6, height_px=4, frame_id=4, available_ns=4), memoryview(bytes(24)))
    frames.tidy(8 * S)
    assert kept(frames) == [1, 2, 3, 4]
