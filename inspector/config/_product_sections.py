"""The sections of station.toml that say what is made, and what people call it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from inspector.config._sections import LoosePath, Section, setting

Labels = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=200)],
        Annotated[str, Field(min_length=1, max_length=40)],
    ],
    Field(max_length=64),
]
"""What people call a class, by the bundle's name for it."""


class ClassLabels(Section):
    """What people call the bundle's classes, by language; a class without a label goes by its own name."""

    en: Labels = setting({}, "In English")
    de: Labels = setting(
        {
            "ok": "Gut",
            "chip": "Ausbruch",
            "crack": "Riss",
            "dent": "Delle",
            "porosity": "Poren",
            "scratch": "Kratzer",
            "stain": "Fleck",
        },
        "In German",
        about="The default names the classes of the bundle that comes along; a table of your own replaces it.",
    )

    def of(self, classes: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return by language what these classes are called, as far as they have a label."""
        classes = tuple(classes)
        tables = {"en": self.en, "de": self.de}
        return {
            language: {name: table[name] for name in classes if name in table}
            for language, table in tables.items()
        }


class ProductSection(Section):
    """What is made here, as the plant calls it."""

    name: str = setting(
        "default",
        "Name of the product",
        about="Letters a-z, digits and dashes; names it in commands and logs.",
        pattern=r"^[a-z0-9-]{1,32}$",
    )
    title: str = setting("", "What people call it", about="Default: the bundle's name.", max_length=60)
    job_id: int = setting(
        1,
        "Number of its job at the PLC",
        about="0 = none; then the PLC's job is not compared with it.",
        ge=0,
        le=65535,
    )
    scan_code: str = setting(
        "",
        "What a scanner reads from its work order or label",
        about="Without blanks. Scanned on the console's Product screen, it chooses the product, as its name does.",
        pattern=r"^[!-~]{0,64}$",
    )
    picture: LoosePath | None = setting(
        None, "Picture of it", about="PNG or JPEG. Default: a good part of the bundle's golden samples."
    )
    class_labels: ClassLabels = ClassLabels()


class ProductsSection(Section):
    """Further products that can be made here: see docs/config.md."""

    folder: LoosePath | None = setting(
        None,
        "Folder of products, one TOML file for each",
        about="Default: those that come with the simulated line; none for another one.",
    )
