"""A line that runs: what its hot process may touch, who may run beside it, and how it ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from line_rig import Launcher, Place, accounted, station_toml, wait_until

from inspector.cli import main
from inspector.clock import sleep_s
from inspector.domain.hold import Hold
from inspector.domain.states import State
from inspector.sharedmem import RequestBoard, Requests

BANNED = ("Qt", "PySide", "PyQt", "sqlite3", "apsw", "http", "urllib.request", "zmq", "torch")
BANNED_FILES = ("Qt", "PySide", "sqlite", "apsw", "zmq", "torch")
WATCHED_S = 2.0


@pytest.fixture
def station_pid(running_line: Launcher) -> int:
    pid = int(running_line.status("pid"))
    assert pid == running_line.child("station")
    return pid


def test_the_hot_process_has_mapped_no_library_that_it_must_not_use(station_pid: int) -> None:
    mapped = {
        line.split(maxsplit=5)[5].rsplit("/", 1)[-1].strip()
        for line in Path(f"/proc/{station_pid}/maps").read_text().splitlines()
        if "/" in line
    }
    assert any("onnxruntime" in name for name in mapped)
    assert [name for name in mapped if any(banned in name for banned in BANNED_FILES)] == []


def test_the_hot_process_imports_no_module_that_it_must_not_use() -> None:
    script = (
        "import sys, inspector.app.__main__, inspector.app._station_process\n"
        f"banned = {BANNED!r}\n"
        "found = [m for m in sys.modules if m.startswith(banned)]\n"
        "sys.exit(', '.join(found) or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, f"imported: {result.stderr}"


def test_a_person_holds_the_line_and_lets_it_go(running_line: Launcher) -> None:
    with closing(RequestBoard.attach(running_line.place.run_dir / "requests.board")) as requests:
        requests.publish(Requests(is_held=True, hold_text="Ada: wrong label on the pallet"))
        wait_until(lambda: running_line.status("state") == State.HELD, "the line to be held")
        wait_until(lambda: not running_line.status("is_line_running"), "the belt to stop")
        assert running_line.status("hold_code") == Hold.OPERATOR
        assert running_line.status("hold_text") == "Ada: wrong label on the pallet"
        accepted = running_line.status("accepted")
        requests.publish(Requests())
        wait_until(lambda: running_line.status("state") == State.EXECUTE, "the line to run again")
        wait_until(lambda: running_line.status("accepted") > accepted, "a part to be accepted")


def test_the_hot_process_holds_only_sockets_pipes_and_shared_memory(
    running_line: Launcher, station_pid: int
) -> None:
    run_dir = str(running_line.place.run_dir)
    kinds = ("socket:", "pipe:", "anon_inode:", "/dev/null", "/dev/urandom", run_dir)
    held = {int(fd.name): os.readlink(fd) for fd in Path(f"/proc/{station_pid}/fd").iterdir()}
    # 1 and 2 are where the launcher complains to; nothing is written there while the line runs.
    assert {fd: what for fd, what in held.items() if fd > 2 and not what.startswith(kinds)} == {}


def test_the_hot_process_writes_no_disk_while_it_inspects(running_line: Launcher, station_pid: int) -> None:
    before, parts = _bytes_written(station_pid), running_line.status("triggers")
    running_line.wait_for_parts(running_line.status("accepted") + running_line.status("rejected") + 10)
    assert running_line.status("triggers") > parts
    assert _bytes_written(station_pid) == before


def _bytes_written(pid: int) -> int:
    counters = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(counters["write_bytes"])


def test_the_hot_process_writes_to_its_own_sockets_only(running_line: Launcher, station_pid: int) -> None:
    calls = _traced_writes(station_pid, running_line.place.root)
    foreign = [
        call
        for call in calls
        if not re.match(r"\w+\(\d+<(socket|TCP|UNIX|UNIX-STREAM|UNIX-DGRAM|TCPv6):", call)
    ]
    assert calls, "a line that runs talks to its PLC"
    assert foreign == []


def _traced_writes(pid: int, folder: Path) -> list[str]:
    """Return the calls by which all threads of a process put bytes anywhere, or open anything to write."""
    log = folder / "strace.log"
    wanted = (
        "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,sendfile,splice,open,openat,creat"
    )
    command = [
        "strace",
        "-f",
        "-q",
        "-yy",
        "-s",
        "0",
        "-e",
        f"trace={wanted}",
        "-e",
        "signal=none",
        "-o",
        str(log),
    ]
    try:
        tracer = subprocess.Popen([*command, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    except FileNotFoundError:
        pytest.skip("there is no strace command")
    sleep_s(WATCHED_S)
    tracer.terminate()
    _, complaint = tracer.communicate(timeout=20)
    if not log.exists() or "not permitted" in complaint:
        pytest.skip(f"may not trace a process: {complaint.strip()}")
    calls = [line.split(maxsplit=1)[1] for line in log.read_text().splitlines()]
    reading = re.compile(r"(open|openat)\(.*O_RDONLY")
    return [call for call in calls if not reading.match(call) and "resumed>" not in call]


def test_a_second_line_on_the_same_folder_is_refused_and_told_who_is_there(
    running_line: Launcher, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run_dir = str(running_line.place.run_dir)
    config = tmp_path / "station.toml"
    config.write_text(station_toml("line-test-two"), encoding="utf-8")
    folders = ["--run-dir", run_dir, "--data-dir", str(tmp_path)]
    assert main(["run", "--headless", "--parts", "5", "--config", str(config), *folders]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert f"{run_dir} is in use by another line (process {running_line.process.pid})" in err
    wait_until(lambda: running_line.is_executing, "the first line to go on")


def test_a_second_line_on_one_data_directory_is_refused_and_told_whose_it_is(
    running_line: Launcher, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data_dir = running_line.place.data_dir
    folders = ["--run-dir", str(tmp_path / "run"), "--data-dir", str(data_dir)]
    assert main(["run", "--headless", "--json", *folders]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert (
        f"the data directory {data_dir} is in use by another line (process {running_line.process.pid})" in err
    )
    assert "--data-dir" in err


@pytest.fixture(scope="module")
def neighbour(running_line: Launcher, new_place: Callable[[], Place]) -> Iterator[Launcher]:
    """A second line of another name, beside the first."""
    place = new_place()
    config = place.write("station.toml", station_toml("line-test-two"))
    line = place.start("--headless", "--rate", "600", "--config", str(config))
    line.wait_for_parts(5)
    yield line
    line.close()


def test_two_lines_of_different_names_run_side_by_side(running_line: Launcher, neighbour: Launcher) -> None:
    before = running_line.status("triggers"), neighbour.status("triggers")
    wait_until(
        lambda: running_line.status("triggers") > before[0] and neighbour.status("triggers") > before[1],
        "parts on both lines",
    )
    assert running_line.status("pid") != neighbour.status("pid")


def test_nobody_outlives_a_killed_launcher_and_the_next_run_takes_over(neighbour: Launcher) -> None:
    place = neighbour.place
    assert len(place.processes()) == 6
    neighbour.process.kill()
    neighbour.process.wait()
    wait_until(lambda: not place.processes(), "the end of a killed launcher's children")
    assert (place.run_dir / "status").exists()  # nobody was there to tidy up
    config = str(place.root / "station.toml")
    with closing(place.start("--headless", "--json", "--rate", "1200", "--config", config)) as successor:
        successor.wait_for_parts(5)
        successor.process.terminate()
        assert successor.wait() == 0, successor.err
        report = successor.report
    assert (report["ended_by"], report["fault"]) == ("terminated", "")
    assert report["triggers"] == accounted(report) > 0
    assert (report["in_transit"], report["station_starts"]) == (0, 1)


def test_ctrl_c_ends_the_line_in_order(running_line: Launcher) -> None:
    """The belt runs empty first: every part that was on it has its outcome."""
    running_line.interrupt()
    assert running_line.wait() == 0, running_line.err
    report = running_line.report
    assert (report["ended_by"], report["fault"]) == ("interrupt", "")
    assert report["triggers"] == accounted(report) > 0
    assert (report["in_transit"], report["unaccounted"], report["mispaired"]) == (0, 0, 0)
    assert report["station_starts"] == 1
    assert running_line.place.processes() == {}
