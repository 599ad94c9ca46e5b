from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from process_rig import running_console, shown_then_ended
from station_rig import Station, calm_facts

import inspector_console
from inspector.protocol import Endpoints

PATIENCE_S = 60.0


def console(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a machine whose environment is another one, until it ends."""
    return subprocess.run(
        [sys.executable, "-m", "inspector", "console", "--attach", "ipc:/tmp/nowhere"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env=os.environ | environment,
    )


def before(folder: Path) -> str:
    """Return a search path on which a folder comes first."""
    return os.pathsep.join([str(folder), *filter(None, sys.path)])


@pytest.mark.parametrize(
    ("library", "package"), [("libEGL.so.1", "libegl1"), ("libxkbcommon.so.0", "libxkbcommon0")]
)
def test_a_library_that_qt_lacks_is_named_with_its_package(
    tmp_path: Path, library: str, package: str
) -> None:
    qt = tmp_path / "PySide6"
    qt.mkdir()
    (qt / "__init__.py").touch()
    (qt / "QtWidgets.py").write_text(f'raise ImportError("{library}: cannot open shared object file")')
    done = console(PYTHONPATH=before(tmp_path))
    assert done.returncode == 2
    assert f"Qt needs {library}" in done.stderr
    assert f"apt-get install -y {package}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(
    not shutil.which("Xvfb"), reason="what Qt opens windows with may be missing, too (apt-get install xvfb)"
)
def test_a_display_where_nobody_opens_is_named() -> None:
    done = console(DISPLAY=":4711", QT_QPA_PLATFORM="xcb")
    assert done.returncode == 2
    assert "':4711' cannot be opened" in done.stderr
    assert "--headless" in done.stderr
    assert "Traceback" not in done.stderr


def test_fonts_that_are_missing_are_told_and_the_machines_own_are_taken(
    tmp_path: Path, station: Station, endpoints: Endpoints
) -> None:
    station.publish(*calm_facts())
    package = Path(inspector_console.__file__).parent
    shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("*.otf", "__pycache__"))
    with running_console(endpoints, PYTHONPATH=before(tmp_path)) as console:
        said = shown_then_ended(station, console)
    assert "fonts that should come with the program are missing" in said
