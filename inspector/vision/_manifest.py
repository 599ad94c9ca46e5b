"""What a bundle says about itself: closed, frozen models of `manifest.json`."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from inspector.domain.recipe import Roi, Thresholds

SCHEMA_VERSION: Final = "1.0.0"
MANIFEST_FILE = "manifest.json"
STAMP_FILE = "manifest.sha256"
"""The manifest's own digest: by the manifest it covers the whole bundle."""
MODEL_FILE = "model.int8.onnx"
MODEL_CARD_FILE = "model_card.md"


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InputSpec(_Closed):
    """What goes into the graph: one uint8 image, and which frames are believed at all."""

    height: int = Field(ge=8, le=8192, title="Rows", description="pixels")
    width: int = Field(ge=8, le=8192, title="Columns", description="pixels")
    channels: Literal[1, 3] = Field(title="Channels", description="1 mono, 3 BGR")
    layout: Literal["NHWC"] = "NHWC"
    dtype: Literal["uint8"] = "uint8"
    mean_min: float = Field(
        default=3.0, ge=0, le=255, title="Darkest believable mean", description="grey level"
    )
    mean_max: float = Field(
        default=252.0, ge=0, le=255, title="Brightest believable mean", description="grey level"
    )

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(1, height, width, channels)."""
        return (1, self.height, self.width, self.channels)


class Provenance(_Closed):
    """Where the model comes from: enough to make it again."""

    dataset: str = Field(title="Data set", description="name of the folder")
    dataset_digest: str = Field(title="SHA-256 over the sorted names and digests of all images used")
    images: int = Field(ge=1, title="Images used")
    seed: int
    command: str
    epochs: int = Field(ge=1)
    packages: dict[str, str] = Field(title="Versions of the packages that matter")
    git_revision: str | None = None


class Measured(_Closed):
    """One model's quality on the validation split."""

    accuracy: float = Field(ge=0, le=1)
    macro_f1: float = Field(ge=0, le=1)
    auroc: float | None = Field(
        default=None, ge=0, le=1, title="OK against NG", description="None without OK"
    )
    images: int = Field(ge=1)


class DetectionLimit(_Closed):
    """Smallest defect found with 90 % probability at 95 % confidence (MIL-HDBK-1823A)."""

    unit: str = "px"
    a90_95: dict[str, float | None] = Field(title="Per defect class; None: not reached in the range tried")
    samples: dict[str, int] = Field(title="Images per defect class")
    false_call_rate: float | None = Field(
        default=None,
        ge=0,
        le=1,
        title="Share of OK validation images not called OK",
        description="None: unstated",
    )
    method: str


class GoldenSample(_Closed):
    """A known frame with its known verdict, at the manifest's own thresholds."""

    file: str
    class_name: str
    evaluation: Literal["OK", "NG", "INDETERMINATE"]


class Manifest(_Closed):
    """`manifest.json`, version 1.0.0. The recipe's thresholds override the suggested ones here."""

    schema_version: Literal["1.0.0"] = SCHEMA_VERSION
    name: str = Field(min_length=1, max_length=64)
    version: str = Field(min_length=1, max_length=32)
    created: str = Field(title="When, UTC, ISO 8601")
    classes: list[str] = Field(min_length=2, max_length=256)
    ok_classes: list[str]
    input: InputSpec
    roi: Roi = Roi()
    thresholds: Thresholds = Thresholds()
    opset: int = Field(ge=1)
    files: dict[str, str] = Field(title="SHA-256 of every other file of the bundle, by its relative name")
    provenance: Provenance
    measured: dict[Literal["fp32", "int8"], Measured] = Field(title="On the validation split")
    detection_limit: DetectionLimit | None = None
    golden: list[GoldenSample] = []

    @field_validator("classes", "ok_classes")
    @classmethod
    def _distinct(cls, names: list[str]) -> list[str]:
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is listed more than once")
        return names

    @field_validator("files")
    @classmethod
    def _inside(cls, files: dict[str, str]) -> dict[str, str]:
        for name in files:
            path = PurePosixPath(name)
            if (
                path.is_absolute()
                or ".." in path.parts
                or name in (MANIFEST_FILE, STAMP_FILE)
                or "\0" in name
            ):
                raise ValueError(f"{name!r} is not the name of a file inside the bundle")
        return files

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = [name for name in self.ok_classes if name not in self.classes]
        if unknown:
            raise ValueError(f"ok_classes: {', '.join(unknown)} is not in classes {self.classes}")
        if MODEL_FILE not in self.files:
            raise ValueError(f"files does not list {MODEL_FILE}")
        for sample in self.golden:
            if sample.class_name not in self.classes:
                raise ValueError(f"golden sample {sample.file}: unknown class {sample.class_name!r}")
            if sample.file not in self.files:
                raise ValueError(f"golden sample {sample.file} is not listed in files, so it has no digest")
        return self

    def canonical(self) -> bytes:
        """Return the one byte string that stands for this manifest, whatever the file's layout."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form; through `files` it covers every byte of the bundle."""
        return hashlib.sha256(self.canonical()).hexdigest()
