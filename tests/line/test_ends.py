"""Ctrl-C at awkward moments."""

from __future__ import annotations

import os
import signal
from contextlib import closing

import pytest
from line_rig import Place, accounted, wait_until

from inspector.app._report_schema import Report
from inspector.clock import sleep_s


def test_a_second_ctrl_c_does_not_wait_for_the_belt_to_run_empty(place: Place) -> None:
    """At this rate a part takes three seconds from eye to gate."""
    with closing(place.start("--headless", "--json", "--rate", "200")) as line:
        wait_until(lambda: line.status("in_transit") >= 4, "parts on the belt")
        line.interrupt()
        sleep_s(0.5)  # two signals at once would count as one
        line.interrupt()
        assert line.wait() == 0, line.err
        report = line.report
    assert report["ended_by"] == "interrupt"
    assert report["in_transit"] > 0
    assert report["triggers"] == accounted(report)


def test_ctrl_c_before_the_line_is_ready_ends_it_in_order(place: Place) -> None:
    with closing(place.start("--headless", "--json", "--rate", "1200")) as line:
        wait_until(lambda: len(place.processes()) == 6, "all processes")
        line.interrupt()
        assert line.wait() == 0, line.err
        report = line.report
    assert (report["ended_by"], report["fault"], report["triggers"]) == ("interrupt", "", 0)
    assert (report["escapes"], report["mispaired"]) == (0, 0)
    Report.model_validate(report)


def test_sigterm_to_the_whole_group_is_an_orderly_end_also_while_the_line_starts(place: Place) -> None:
    """`timeout`, and a supervisor of services, tell not the launcher alone."""
    with closing(place.start("--headless", "--json", "--rate", "1200")) as line:
        wait_until(lambda: len(place.processes()) == 6, "all processes")
        os.killpg(line.process.pid, signal.SIGTERM)
        assert line.wait() == 0, line.err
        assert (line.report["ended_by"], line.report["fault"]) == ("terminated", "")


def test_a_recorder_that_was_killed_and_a_display_that_is_not_there_are_told_of(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with closing(place.start("--headless", "--json", "--rate", "1200", "--console")) as line:
        line.wait_for_parts(5)
        os.kill(line.child("recorder"), signal.SIGKILL)
        wait_until(lambda: "the recorder ended" in line.err, "the warning")
        line.wait_for_parts(line.status("accepted") + line.status("rejected") + 5)
        os.killpg(line.process.pid, signal.SIGTERM)
        assert line.wait() == 0, line.err
        report = line.report
    assert (report["ended_by"], report["fault"], report["unaccounted"]) == ("terminated", "", 0)
    assert "the recorder ended with exit code -9; it was started again" in report["warnings"]
    assert any(text.startswith("there is no display") for text in report["warnings"])
