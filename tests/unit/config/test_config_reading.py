"""What a configuration says, and what stands for what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_rig import SIMULATED, complaints
from pydantic import ValidationError

from inspector.config import (
    FolderCamera,
    SimCamera,
    apply_overrides,
    default_config,
    load_config,
)


def test_a_minimal_file_gives_the_simulated_line_with_every_default(file: Path) -> None:
    file.write_text(SIMULATED)
    assert load_config(file) == default_config()


def test_the_defaults_are_the_documented_ones() -> None:
    config = default_config()
    assert isinstance(config.camera, SimCamera)
    assert (config.camera.width, config.camera.height, config.camera.slots) == (1280, 1024, 16)
    assert (config.line.rate_per_min, config.line.pitch_mm, config.decision.deadline_ms) == (300, 40, 5)
    assert (config.plc.timeout_ms, config.plc.port, config.plc.base_p) == (80, 0, 1000)
    assert (config.pairing.epsilon_us, config.realtime.priority, config.simulation.parts) == (1500, 30, None)


def test_the_configuration_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        default_config().line.rate_per_min = 3  # type: ignore[misc]


def test_relative_paths_count_from_the_files_own_folder(file: Path) -> None:
    file.write_text(
        '[camera]\nkind = "folder"\npath = "photos"\n[plc]\nkind = "sim"\n[bundle]\npath = "/b"\n'
        '[station]\nrun_dir = "run"\ndata_dir = "~/data"\n'
    )
    config = load_config(file)
    assert isinstance(config.camera, FolderCamera)
    assert config.camera.path == file.parent / "photos"
    assert config.bundle.path == Path("/b")
    assert (config.run_dir, config.data_dir) == (file.parent / "run", Path.home() / "data")


def test_a_real_plc_has_the_usual_port_and_the_camera_still_says_that_it_is_simulated(file: Path) -> None:
    file.write_text('[camera]\nkind = "sim"\n[plc]\nkind = "modbus"\nhost = "10.0.0.5"\n')
    config = load_config(file)
    assert (config.plc.port, config.plc_is_simulated, config.is_simulated) == (502, False, True)


def test_photographs_count_as_simulated(tmp_path: Path) -> None:
    assert apply_overrides(default_config(), {"camera": f"folder:{tmp_path}"}).is_simulated


def test_folders_carry_the_stations_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = apply_overrides(default_config(), {"name": "line-7"})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert config.data_dir == tmp_path / "inspector" / "line-7"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    assert config.data_dir == Path.home() / ".local/state/inspector/line-7"
    assert config.run_dir.name == "inspector-line-7"


def test_a_region_that_just_fits_is_accepted() -> None:
    fits = {"mode": "fixed", "offset_x": 1200, "width_px": 80, "height_px": 1024}
    assert apply_overrides(default_config(), {"recipe.roi": fits}).recipe.roi is not None


def test_a_byte_order_mark_is_no_part_of_the_text(file: Path) -> None:
    file.write_text(SIMULATED, encoding="utf-8-sig")
    assert load_config(file) == default_config()


# -- what people call classes


def test_the_classes_that_come_along_have_german_names_and_others_their_own(file: Path) -> None:
    labels = default_config().product.class_labels
    assert labels.of(["scratch", "burr"]) == {"en": {}, "de": {"scratch": "Kratzer"}}
    text = f'{SIMULATED}[product.class_labels]\nde = {{ "burr, outer" = "Grat außen" }}\n'
    file.write_text(text, encoding="utf-8")
    own = load_config(file).product.class_labels
    assert own.of(["burr, outer", "scratch"])["de"] == {"burr, outer": "Grat außen"}


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("fr = {}", "unknown key product.class_labels.fr"),
        ("de = 'Riss'", "must be a table"),
        (f"de = {{ crack = '{'x' * 41}' }}", "product.class_labels.de.crack"),
        ("de = { crack = '' }", "a text that is not empty"),
        ("de = { crack = 7 }", "must be a text"),
    ],
)
def test_labels_that_cannot_be_are_told(file: Path, labels: str, told: str) -> None:
    assert told in "\n".join(complaints(file, f"{SIMULATED}[product.class_labels]\n{labels}\n"))
