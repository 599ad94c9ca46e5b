"""What this line can make: the station's own product, those of the folder, and which of them was chosen last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import inspector
from inspector.app._bundles import resolve_bundle
from inspector.config import ProductEntry, StationConfig, checksum, find_product, read_products
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError
from inspector.files import replacing
from inspector.sharedmem import ProductNotice

if TYPE_CHECKING:
    from inspector.vision import Bundle

CHOICE_FILE = "product.json"


def products_folder(base: StationConfig) -> Path | None:
    """Return where further products are; those that come along only fit the bundle and line that come along."""
    if base.products.folder is not None:
        return base.products.folder
    if base.camera.kind != "sim" or not base.plc_is_simulated or base.bundle.path is not None:
        return None
    package = Path(inspector.__file__).parent
    return next(
        (root for root in (package / "_products", package.parent / "products") if root.is_dir()), None
    )


def line_products(base: StationConfig) -> tuple[ProductEntry, ...]:
    """Return all products of a line; see `read_products`."""
    return read_products(base, products_folder(base))


def title_of(config: StationConfig) -> str:
    """Return what people call a product; one without a title goes by its bundle."""
    try:
        return config.product.title or resolve_bundle(config).name
    except ConfigError:
        return config.product.name


def notice_of(config: StationConfig) -> ProductNotice:
    """Return what the others are told of the product in use."""
    return ProductNotice(
        name=config.product.name,
        title=title_of(config),
        recipe=config.recipe.name,
        revision=config.recipe.revision,
        job_id=config.product.job_id,
    )


def seal_of(config: StationConfig, bundle: Bundle) -> str:
    """Return what stands for all that a product is: another seal = something of it has changed."""
    return f"{checksum(config):08x}{bundle.digest[:16]}"


def product_in_use(base: StationConfig, wanted: str | None = None) -> StationConfig:
    """Return the configuration with the product to start with: the one wanted, or that of the last time.

    Raises
    ------
    ConfigError
        That product is not there any more, or cannot be used.
    """
    if wanted is not None:
        return _config(find_product(line_products(base), wanted))
    chosen = _last_choice(base)
    if chosen is None:
        return base
    try:
        return _config(find_product(line_products(base), chosen))
    except ConfigError as error:
        raise ConfigError(
            f"the line was making {chosen} when it ended, and cannot now: {error}; mend that, or start with "
            f"another one: inspector run --product {base.product.name}"
        ) from error


def _config(entry: ProductEntry) -> StationConfig:
    assert entry.config is not None
    return entry.config


def _last_choice(base: StationConfig) -> str | None:
    """Return the product that was in use, if it was chosen among those that there are now."""
    path = base.data_dir / CHOICE_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        name, folder = found["product"], found["folder"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path} does not say which product was in use ({error}); delete it, and choose the product anew"
        ) from error
    return str(name) if folder == _place(base) else None


def keep_choice(base: StationConfig, name: str) -> None:
    """Note the product in use, so that it outlives the line.

    Raises
    ------
    ConfigError
        It cannot be written down.
    """
    path = base.data_dir / CHOICE_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(json.dumps({"product": name, "folder": _place(base)}).encode())
    except OSError as error:
        why = tell(Told.CHOICE_NOT_KEPT, path=str(path), error=error.strerror or str(error))
        raise ConfigError(why) from error


def _place(base: StationConfig) -> str:
    """Return among what a product was chosen: a folder of the plant's, or what comes along."""
    if base.products.folder is not None:
        return str(base.products.folder)
    return "" if products_folder(base) is None else "supplied"
