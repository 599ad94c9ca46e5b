"""Which product a line starts with: the one wanted, else the one of the last time."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.app._products import keep_choice, product_in_use, products_folder
from inspector.config import StationConfig, apply_overrides, default_config
from inspector.errors import ConfigError


@pytest.fixture
def base(tmp_path: Path) -> StationConfig:
    return apply_overrides(default_config(), {"data_dir": tmp_path / "data"})


def test_a_line_starts_with_its_own_product_and_again_with_the_one_chosen_last(base: StationConfig) -> None:
    assert product_in_use(base) is base
    keep_choice(base, "flange-strict")
    assert product_in_use(base).recipe.revision == 2
    assert product_in_use(base, "flange-lenient").recipe.revision == 3
    assert product_in_use(base, "default").recipe == base.recipe


def test_a_choice_among_other_products_does_not_count(base: StationConfig, tmp_path: Path) -> None:
    keep_choice(base, "flange-strict")
    other = apply_overrides(base, {"products.folder": str(tmp_path)})
    assert product_in_use(other) is other


def test_a_chosen_product_that_cannot_be_used_any_more_is_no_reason_to_make_another(
    base: StationConfig,
) -> None:
    keep_choice(base, "gone")
    with pytest.raises(ConfigError, match=r"was making gone .* inspector run --product default"):
        product_in_use(base)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"product": 1}'])
def test_a_damaged_choice_is_told_with_its_file(base: StationConfig, text: str) -> None:
    base.data_dir.mkdir()
    (base.data_dir / "product.json").write_text(text)
    with pytest.raises(ConfigError, match=r"product.json does not say .* delete it"):
        product_in_use(base)


def test_what_comes_along_fits_only_the_bundle_that_comes_along(base: StationConfig, tmp_path: Path) -> None:
    assert products_folder(base) is not None
    assert products_folder(apply_overrides(base, {"bundle": tmp_path})) is None
    assert products_folder(apply_overrides(base, {"camera": f"folder:{tmp_path}"})) is None
