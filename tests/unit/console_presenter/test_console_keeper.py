from __future__ import annotations

from console_facts import NOON_NS, NOW_NS, alarm, bad, keeper, part, snapshot, state

from inspector.client import Attached, Changed, FrameReady, Lost
from inspector.protocol import FrameHeader
from inspector_console.presenter import Keeper, Link, VerdictKind, overlay_of, part_in

from console_facts import lens  # isort: skip


def test_before_anything_is_heard_the_console_is_looking_not_lost() -> None:
    nobody = Keeper()
    assert nobody.feed(Lost("nobody there"))
    facts = nobody.facts()
    assert (facts.link, facts.reason, facts.is_old) == (Link.CONNECTING, "nobody there", True)


def test_a_snapshot_replaces_everything_and_facts_come_on_top() -> None:
    kept = keeper(state(), part(1), alarm("ng_run"))
    kept.feed(Changed(part(2), NOW_NS + 5))
    facts = kept.facts()
    assert [result.ordinal for result in facts.results] == [1, 2]
    assert facts.heard_ns == NOW_NS + 5
    assert facts.utc_offset_ns == NOON_NS - NOW_NS
    kept.feed(Attached(snapshot(state(), part(9))))
    assert [result.ordinal for result in kept.facts().results] == [9]
    assert not kept.facts().alarms


def test_what_was_known_before_a_loss_stays_visible_as_old() -> None:
    kept = keeper(state(), part(1))
    kept.feed(Lost("silent"))
    facts = kept.facts()
    assert (facts.link, facts.is_old, facts.last is not None) == (Link.LOST, True, True)
    kept.feed(Attached(snapshot(state())))
    assert not kept.facts().is_old


def test_a_client_that_has_died_is_a_loss_told_once() -> None:
    kept = keeper(state())
    assert kept.lose("ended")
    assert not kept.lose("ended")


def test_pictures_are_no_news_for_the_facts() -> None:
    assert not keeper(state()).feed(FrameReady())


def test_a_picture_belongs_to_the_part_it_names_or_to_the_one_of_its_time() -> None:
    seen = lens(state(), part(1, available_ns=11), bad(2, available_ns=22))
    size = {"width_px": 4, "height_px": 4, "frame_id": 1}
    named = part_in(FrameHeader(session=7, ordinal=2, **size), seen)
    timed = part_in(FrameHeader(available_ns=11, **size), seen)
    assert named is not None
    assert timed is not None
    assert (named.ordinal, timed.ordinal) == (2, 1)
    assert part_in(FrameHeader(**size), seen) is None
    assert part_in(FrameHeader(session=8, ordinal=2, **size), seen) is None
    overlay = overlay_of(named, seen)
    assert (overlay.kind, overlay.text) == (VerdictKind.NG, "Scratch  0.94")
