from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from line_rig import Launcher, Place, station_toml

SCENARIO = Path(__file__).parent / "faults.toml"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.line)


@pytest.fixture(scope="session", autouse=True)
def hang_ups() -> Iterator[None]:
    """Lines heed a terminal that goes away, also where the tests themselves run under nohup: that is inherited."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What hundreds of processes import is compiled by the first, also where no cache is kept beside the sources."""
    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):
            patch.delenv("PYTHONDONTWRITEBYTECODE")
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="session")
def new_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Place]]:
    """Makes places; afterwards, nothing may run in any of them."""
    with ExitStack() as stack:

        def make() -> Place:
            place = Place(tmp_path_factory.mktemp("line"))
            stack.callback(place.close)
            return place

        yield make


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A place for one test; afterwards, nothing may run in it."""
    place = Place(tmp_path)
    yield place
    place.close()


@pytest.fixture(scope="session")
def line_with_faults(new_place: Callable[[], Place]) -> Iterator[Launcher]:
    """A line on its way through a scenario. It takes the longest, so it runs beside the other tests."""
    place = new_place()
    line = place.start(
        "--headless", "--json", "--rate", "1200", "--scenario", str(SCENARIO)
    )  # fmt: skip
    yield line
    line.close()


@pytest.fixture(scope="session", autouse=True)
def _start_the_longest_first(request: pytest.FixtureRequest, compiled_once: None) -> None:
    if any("line_with_faults" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("line_with_faults")


@pytest.fixture(scope="session")
def healthy_line(new_place: Callable[[], Place]) -> Iterator[Launcher]:
    """A line that has inspected 120 parts, with nothing wrong but what a busy machine does to it."""
    place = new_place()
    line = place.start(
        "--headless", "--parts", "120", "--rate", "1200", "--json"
    )  # fmt: skip
    assert line.wait() == 0, line.err
    yield line
    line.close()


@pytest.fixture(scope="session")
def running_line(new_place: Callable[[], Place]) -> Iterator[Launcher]:
    """A line that runs until somebody ends it."""
    place = new_place()
    config = place.write("station.toml", station_toml("line-test-one"))
    line = place.start("--headless", "--json", "--rate", "600", "--config", str(config))
    line.wait_for_parts(10)
    yield line
    line.close()


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write, not even root."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    folder.chmod(0o500)
    if not os.access(folder, os.W_OK):
        yield folder
        return
    with mounted(folder, "ro,size=1m"):
        yield folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    with mounted(folder, "size=2m"):
        yield folder


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Lay a disk of its own over a folder, where that is permitted."""
    mounting = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
