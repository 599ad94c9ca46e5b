"""Signals while a line starts, terminals that go away, streams that are closed or full."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from line_rig import LIMIT_S, Launcher, Place, wait_until

from inspector.app._report_schema import Report


def has_begun(line: Launcher) -> bool:
    """Whether the program itself runs, not only the interpreter: it keeps the signals for later from then on."""
    status = Path(f"/proc/{line.process.pid}/status").read_text(encoding="ascii")
    masks = {
        name: int(value, 16)
        for name, _, value in (line.partition(":") for line in status.splitlines())
        if name in ("SigBlk", "SigCgt")
    }
    return bool((masks["SigBlk"] | masks["SigCgt"]) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize(
    ("number", "ended_by"),
    [(signal.SIGINT, "interrupt"), (signal.SIGTERM, "terminated"), (signal.SIGHUP, "terminated")],
)
def test_a_signal_as_early_as_can_be_ends_the_line_in_order(
    number: signal.Signals, ended_by: str, place: Place
) -> None:
    with closing(place.start("--headless", "--json")) as line:
        wait_until(lambda: has_begun(line), "the program")
        line.process.send_signal(number)
        assert line.wait() == 0, line.err
        assert "Traceback" not in line.err
        Report.model_validate(line.report)
        assert (line.report["ended_by"], line.report["triggers"]) == (ended_by, 0)


def test_a_terminal_that_goes_away_ends_the_line_in_order(place: Place) -> None:
    """Every process of the terminal's group gets the signal. The fault for which it was too soon is told."""
    scenario = place.run_dir.with_name("scenario.toml")
    scenario.write_text('[[fault]]\nat_part = 5000\nkind = "frame_lost"\n', encoding="utf-8")
    with closing(place.start("--headless", "--json", "--rate", "600", "--scenario", str(scenario))) as line:
        line.wait_for_parts(3)
        line.hang_up()
        assert line.wait() == 0, line.err
        report = line.report
        assert re.search(r"inspector: ending: \d+ parts are on their way to the gate", line.err)
    assert (report["ended_by"], report["fault"], report["station_starts"]) == ("terminated", "", 1)
    assert "the scenario's frame_lost at part 5000 never came: the run was over before" in report["warnings"]
    assert not (place.run_dir / "status").exists()


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_line_runs_without_standard_streams(closed: str, place: Place) -> None:
    shell = ("sh", "-c", f'exec "$@" {closed}', "sh")
    with closing(place.start("--headless", "--json", "--parts", "5", "--rate", "1200", before=shell)) as line:
        assert line.wait() == 0
        assert re.fullmatch(r"(inspector: Ready after \d+\.\d s\n)?", line.err)
        assert bool(line.err) == ("2>&-" not in closed)
        assert bool(line.out) == (">&-" not in closed.replace("2>&-", ""))


@pytest.mark.parametrize(
    "command", [("config", "schema"), ("config", "example"), ("--help",), ("--version",)]
)
def test_a_result_that_cannot_be_written_is_named_with_the_reason(command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "inspector", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "inspector: error: cannot write to standard output: No space left on device"
    )
    assert ended.stderr.count("\n") == 1


def test_a_line_goes_on_where_nobody_can_read_its_remarks(place: Place) -> None:
    shell = ("sh", "-c", 'exec "$@" 2>/dev/full', "sh")
    with closing(place.start("--headless", "--json", "--parts", "5", "--rate", "1200", before=shell)) as line:
        assert line.wait() == 0
        assert line.report["triggers"] == 5
