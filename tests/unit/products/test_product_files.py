"""Products as files: each checked with the whole station, and a damaged one hides no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.config import StationConfig, apply_overrides, default_config, find_product, read_products
from inspector.errors import ConfigError

USUAL = """\
[product]
name = "{name}"
title = "Flange A"
job_id = {job}
[recipe]
name = "a"
revision = {revision}
"""


@pytest.fixture
def base() -> StationConfig:
    return apply_overrides(default_config(), {"recipe.accept_min": 0.7, "rate": 600})


def product(folder: Path, name: str, more: str = "", *, job: int = 7, revision: int = 4) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(USUAL.format(name=name, job=job, revision=revision) + more, encoding="utf-8")
    return path


def test_the_stations_own_product_is_the_first_and_needs_no_folder(base: StationConfig) -> None:
    (own,) = read_products(base, None)
    assert (own.name, own.config) == ("default", base)


def test_a_product_is_the_station_with_its_own_recipe_and_nothing_of_another(
    base: StationConfig, tmp_path: Path
) -> None:
    product(tmp_path, "flange-a", "reject_min = 0.8\n[bundle]\npath = 'models/a'\n")
    config = find_product(read_products(base, tmp_path), "flange-a").config
    assert config is not None
    assert (config.product.job_id, config.recipe.revision, config.recipe.reject_min) == (7, 4, 0.8)
    assert config.recipe.accept_min is None  # not that of station.toml
    assert config.bundle.path == tmp_path / "models/a"
    assert config.line == base.line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[product]\nname = 'flange-a'\n", "product.job_id is missing"),
        ("[product]\nname = 'x'\njob_id = 2\n[recipe]\nname = 'x'\n", "recipe.revision is missing"),
        (USUAL.format(name="flange-a", job=70_000, revision=1), "product.job_id = 70000 must be 0 to 65535"),
        (USUAL.format(name="Flange A", job=2, revision=1), 'product.name = "Flange A" must be 1 to 32'),
        (USUAL.format(name="a", job=2, revision=1) + "accept_mn = 0.5\n", "did you mean accept_min?"),
        (USUAL.format(name="a", job=2, revision=1) + "[line]\nrate_per_min = 1\n", "[line] does not belong"),
        (USUAL.format(name="a", job=2, revision=1) + "[camera]\nwidth = 64\n", "camera.width belongs to"),
        (
            USUAL.format(name="a", job=2, revision=1) + "[camera]\nexposure_time_us = 999999\n",
            "line.eye_to_gate_mm: at rate_per_min = 600",
        ),
        (USUAL.format(name="a", job=2, revision=1) + "accept_min = 0.1\nreject_min = 0.2\n", "overlap"),
        ("recipe = 3\n", "must be a table: write [recipe]"),
        ("name = \n", "line 1, column 8: not valid TOML"),
        ("\udcff", "not UTF-8"),
        ("#" * 64_001, "larger than 64 kB"),
    ],
)
def test_a_damaged_product_is_listed_with_file_key_and_remedy_and_hides_no_other(
    base: StationConfig, tmp_path: Path, text: str, told: str
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_bytes(text.encode("utf-8", "surrogateescape"))
    product(tmp_path, "flange-z")
    entries = read_products(base, tmp_path)
    assert [entry.source and entry.source.name for entry in entries] == [None, "bad.toml", "flange-z.toml"]
    assert [entry.config is not None for entry in entries] == [True, False, True]
    assert entries[1].trouble.startswith(str(bad))
    assert told in entries[1].trouble


def test_two_of_one_name_or_one_job_cannot_be_told_apart_so_the_later_is_unusable(
    base: StationConfig, tmp_path: Path
) -> None:
    first = product(tmp_path, "flange-a", job=5)
    (tmp_path / "flange-b.toml").write_text(USUAL.format(name="flange-a", job=6, revision=1))
    product(tmp_path, "flange-c", job=5)
    product(tmp_path, "flange-d", job=1)  # the station's own
    *usable, b, c, d = read_products(base, tmp_path)
    assert [entry.name for entry in usable] == ["default", "flange-a"]
    assert f'product.name = "flange-a" is that of {first}' in b.trouble
    assert f"product.job_id = 5 is that of {first}" in c.trouble
    assert "product.job_id = 1 is that of the station's own configuration" in d.trouble
    assert b.name == "flange-b"


def test_products_without_a_job_are_told_apart_by_their_names(base: StationConfig, tmp_path: Path) -> None:
    product(tmp_path, "flange-a", job=0)
    product(tmp_path, "flange-b", job=0)
    assert all(entry.config for entry in read_products(base, tmp_path))


def test_a_folder_that_is_not_there_is_told_and_leaves_the_stations_own(
    base: StationConfig, tmp_path: Path
) -> None:
    own, folder = read_products(base, tmp_path / "nowhere")
    assert own.config is not None
    assert "cannot be read" in folder.trouble
    assert folder.config is None


def test_what_is_asked_for_must_be_there_and_usable(base: StationConfig, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("")
    entries = read_products(base, tmp_path)
    with pytest.raises(ConfigError, match="there is no product 'other'; there are: default, bad"):
        find_product(entries, "other")
    with pytest.raises(ConfigError, match=r"bad cannot be used: .*bad.toml: product.name is missing"):
        find_product(entries, "bad")


def test_the_products_that_come_with_the_simulated_line_can_be_used() -> None:
    folder = Path(__file__).parents[3] / "products"
    entries = read_products(default_config(), folder)
    assert [entry.trouble for entry in entries] == ["", "", ""]


def test_a_product_of_the_same_bundle_calls_its_classes_the_same(base: StationConfig, tmp_path: Path) -> None:
    own = apply_overrides(base, {"product.class_labels": {"de": {"dent": "Beule"}}})
    product(tmp_path, "same")
    product(tmp_path, "other", "[bundle]\npath = 'models/a'\n", job=8)
    product(tmp_path, "own", "[product.class_labels]\nde = { dent = 'Macke' }\n", job=9)
    labels = {
        entry.name: entry.config.product.class_labels.de["dent"]
        for entry in read_products(own, tmp_path)
        if entry.config is not None
    }
    assert labels == {"default": "Beule", "same": "Beule", "other": "Delle", "own": "Macke"}
