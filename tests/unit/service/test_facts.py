"""The station's status block as facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_station import FakeStation

from inspector.clock import monotonic_ns
from inspector.domain.disposition import Cause
from inspector.domain.hold import Hold
from inspector.domain.states import State
from inspector.protocol import Endpoints, StationState
from inspector.service import ServiceSettings
from inspector.service._facts import Look, counters, latencies, read_facts, read_recorder, station_state
from inspector.sharedmem import ProductNotice

SETTINGS = ServiceSettings(local=Endpoints.tcp("127.0.0.1"), station="line-3", recipe="flange")


def state_of(station: FakeStation, now_ns: int, settings: ServiceSettings = SETTINGS) -> StationState:
    look = Look(station.status, now_ns)
    facts = read_facts(station.status)
    return station_state(
        look,
        settings,
        product=ProductNotice(),
        parts_now="held",
        facts=facts,
        latency=latencies(station.status),
    )


def test_the_state_says_what_the_station_says(station: FakeStation) -> None:
    station.write(state=int(State.HELD), hold_code=int(Hold.PAIRING), hold_text="geht nicht: ä".encode())
    grant = {"priority": 30, "core": 1, "memory_locked": True, "wake_latency_us": -1, "refusals": ["no"]}
    station.status.write_text(
        {"bundle": {"name": "flange", "version": "1.0", "digest": "ab"}, "realtime": {"capture": grant}}
    )
    station.status.histograms["run"].record(1500)
    state = state_of(station, monotonic_ns())
    assert (state.state, state.hold_code, state.hold_text) == ("HELD", 5, "geht nicht: ä")
    assert (state.bundle, state.bundle_digest, state.recipe) == ("flange 1.0", "ab", "flange")
    assert [(one.thread, one.priority, one.refusals) for one in state.rights] == [("capture", 30, ("no",))]
    assert {one.stage: one.p99_us for one in state.latency}["run"] == 1500


def test_the_state_says_which_shift_works(station: FakeStation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.service._facts.local_day_minute", lambda: (1, 14 * 60))
    settings = replace(SETTINGS, shifts={"Early": 6 * 60, "Late": 14 * 60})
    assert (state_of(station, monotonic_ns()).shift, state_of(station, monotonic_ns(), settings).shift) == (
        "",
        "Late",
    )


def test_a_station_that_is_lost_is_not_called_ready(station: FakeStation) -> None:
    station.write(is_line_running=1)
    state = state_of(station, monotonic_ns() + 2_000_000_000)
    assert (state.is_ready, state.is_linked, state.is_line_running) == (False, False, False)


def test_a_text_that_is_being_written_says_nothing_yet(station: FakeStation) -> None:
    station.status.write_text({"bundle": {"name": "flange"}})
    station.status._text[5:] = 0
    assert read_facts(station.status) == {}


def test_counters_are_the_ledgers_and_the_causes_have_names(station: FakeStation) -> None:
    station.part()
    station.reject_for(Cause.LATE, 3)
    found = counters(
        Look(station.status, monotonic_ns()),
        since_utc_ns=9,
        recent_parts=4,
        recent_rejected=3,
        reject_limit_permille=200,
    )
    assert (found.accepted, found.rejected, found.causes["LATE"], found.causes["NG"]) == (1, 3, 3, 0)
    assert "NONE" not in found.causes
    assert (found.recent_parts, found.recent_rejected, found.since_utc_ns) == (4, 3, 9)


def test_a_notice_of_a_recorder_that_was_killed_while_writing_it_is_not_known(station: FakeStation) -> None:
    station.recorder._version[0] |= 1
    assert read_recorder(station.recorder) is None


def test_the_state_says_what_people_call_classes(station: FakeStation) -> None:
    station.status.write_text({"class_labels": {"de": {"dent": "Delle"}}})
    assert state_of(station, monotonic_ns()).class_labels == {"de": {"dent": "Delle"}}


def test_facts_that_do_not_fit_make_room_from_the_last_one_on(station: FakeStation) -> None:
    labels = {"de": {f"class {n}": "ä" * 40 for n in range(400)}}
    station.status.write_text({"bundle": {"name": "flange"}, "class_labels": labels})
    assert read_facts(station.status) == {"bundle": {"name": "flange"}}
