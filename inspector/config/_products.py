"""Products: one TOML file for each; the station's configuration with a few sections in place of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inspector.config._load import read_toml, unreadable, validate
from inspector.config._station import StationConfig
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError

PRODUCT_SECTIONS: Final = ("product", "recipe", "bundle", "camera")
"""What a product's file may say. All else belongs to the station."""
_CAMERA_KEYS: Final = frozenset({"exposure_time_us"})
"""What of the camera goes with the product; size, trigger and buffers belong to the line."""
_MOST: Final = 200
_LARGEST_BYTES: Final = 64_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEntry:
    """A product that is there, usable or not.

    Parameters
    ----------
    name
        The product's own; the file's name where the file does not tell.
    source
        Its file; None = the station's own configuration.
    config
        The whole configuration with this product; None = it cannot be used.
    trouble
        Why not: file, key, value, remedy; empty = it can.
    """

    name: str
    source: Path | None = None
    config: StationConfig | None = None
    trouble: str = ""


def read_products(base: StationConfig, folder: Path | None) -> tuple[ProductEntry, ...]:
    """Return all products: the station's own first, then those of the folder by the names of their files.

    A product that cannot be used is listed with the reason, and hides no other. Never raises.

    Parameters
    ----------
    base
        The station's configuration, with the product that it names itself.
    folder
        Where the others are; None = there are no others.
    """
    own = ProductEntry(name=base.product.name, config=base)
    if folder is None:
        return (own,)
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        trouble = tell(Told.PRODUCTS_UNREADABLE, path=str(folder), error=error.strerror or str(error))
        return (own, ProductEntry(name=folder.name, source=folder, trouble=trouble))
    return tuple(_without_doubles((own, *(_entry(base, path) for path in files[:_MOST]))))


def find_product(entries: Iterable[ProductEntry], name: str) -> ProductEntry:
    """Return the product of that name, if it can be used.

    Raises
    ------
    ConfigError
        There is none, or it cannot be used.
    """
    entries = tuple(entries)
    entry = next((entry for entry in entries if entry.name == name), None)
    if entry is None:
        known = ", ".join(entry.name for entry in entries)
        raise ConfigError(tell(Told.NO_SUCH_PRODUCT, name=repr(name[:40]), known=known))
    if entry.config is None:
        raise ConfigError(tell(Told.PRODUCT_UNUSABLE, name=name, trouble=entry.trouble))
    return entry


def _entry(base: StationConfig, path: Path) -> ProductEntry:
    name = path.stem
    try:
        if path.is_file() and path.stat().st_size > _LARGEST_BYTES:
            raise ConfigError(tell(Told.PRODUCT_FILE_LARGE, path=str(path), most=_LARGEST_BYTES // 1000))
        raw = read_toml(path)
        name = _name_in(raw) or name
        config = _with_product(base, raw, str(path))
    except ConfigError as error:
        return ProductEntry(name=name, source=path, trouble=str(error))
    except OSError as error:
        return ProductEntry(name=name, source=path, trouble=unreadable(path, error))
    return ProductEntry(name=name, source=path, config=config)


def _name_in(raw: dict[str, Any]) -> str:
    product = raw.get("product")
    name = product.get("name") if isinstance(product, dict) else None
    return name[:32] if isinstance(name, str) else ""


def _with_product(base: StationConfig, raw: dict[str, Any], source: str) -> StationConfig:
    """Return the station's configuration with a product's sections in place of its own."""
    _refuse_foreign(raw, source)
    for section, keys in (("product", ("name", "job_id")), ("recipe", ("name", "revision"))):
        for key in keys:
            if not isinstance(raw.get(section), dict) or key not in raw[section]:
                raise ConfigError(tell(Told.PRODUCT_KEY_MISSING, path=source, key=f"{section}.{key}"))
    whole = base.model_dump(mode="json", exclude_unset=True)
    camera = raw.pop("camera", {})
    labels = whole.get("product", {}).get("class_labels")
    if labels is not None and "bundle" not in raw:  # the same classes go by the same words
        raw = {**raw, "product": {"class_labels": labels, **raw["product"]}}
    # The product's recipe is all of its recipe: what it leaves out comes from the bundle, not from another one.
    return validate({**whole, **raw, "camera": {**whole["camera"], **camera}}, source)


def _refuse_foreign(raw: dict[str, Any], source: str) -> None:
    known = ", ".join(f"[{name}]" for name in PRODUCT_SECTIONS)
    for section, table in raw.items():
        if section not in PRODUCT_SECTIONS:
            raise ConfigError(tell(Told.PRODUCT_FOREIGN_SECTION, path=source, section=section, known=known))
        if not isinstance(table, dict):
            named = {"section": section, "value": repr(table), "section_again": section}
            raise ConfigError(tell(Told.PRODUCT_NO_TABLE, path=source, **named))
    for key in raw.get("camera", {}):
        if key not in _CAMERA_KEYS:
            keys = ", ".join(sorted(_CAMERA_KEYS))
            raise ConfigError(tell(Told.PRODUCT_LINE_KEY, path=source, key=key, known=keys))


def _without_doubles(entries: Iterable[ProductEntry]) -> Iterable[ProductEntry]:
    """Let the first of a name, and of a job, have it."""
    names: dict[str, str] = {}
    jobs: dict[int, str] = {}
    for entry in entries:
        if entry.config is None:
            yield entry
            continue
        job_id, where = entry.config.product.job_id, str(entry.source or tell(Told.OWN_CONFIGURATION))
        taken = names.get(entry.name)
        if taken is not None:
            trouble = tell(Told.PRODUCT_NAME_TAKEN, path=where, name=entry.name, other=taken)
            yield ProductEntry(
                name=entry.source.stem if entry.source else "", source=entry.source, trouble=trouble
            )
        elif job_id and job_id in jobs:
            trouble = tell(Told.PRODUCT_JOB_TAKEN, path=where, job=job_id, other=jobs[job_id])
            yield ProductEntry(name=entry.name, source=entry.source, trouble=trouble)
        else:
            names[entry.name] = where
            jobs[job_id] = where
            yield entry
