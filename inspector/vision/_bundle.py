"""Loading a bundle: nothing in it is used before all of it has been verified."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from inspector.domain.recipe import Recipe
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import BundleError
from inspector.files import read_regular
from inspector.vision._manifest import MANIFEST_FILE, MODEL_FILE, SCHEMA_VERSION, STAMP_FILE, Manifest
from inspector.vision._stamp import stamped_digest

if TYPE_CHECKING:
    import onnxruntime as ort

_AGAIN = tell(Told.BUNDLE_AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A verified model with everything needed to trust and run it.

    Parameters
    ----------
    path
        The bundle's directory.
    manifest
        What it says about itself.
    digest
        SHA-256 (hex) over the canonical manifest, which names the digest of every other file.
    model
        The verified bytes of the model: what was checked is what runs.
    """

    path: Path
    manifest: Manifest
    digest: str
    model: bytes = field(repr=False)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the model's outputs."""
        return tuple(self.manifest.classes)

    @property
    def ok_classes(self) -> frozenset[int]:
        """Indices of the classes that are OK; may be empty."""
        return frozenset(self.manifest.classes.index(name) for name in self.manifest.ok_classes)

    @property
    def digest32(self) -> int:
        """The first 32 bits of the digest, by which rows and the PLC know the bundle."""
        return int(self.digest[:8], 16)


def load_bundle(path: Path | str, *, open_model: bool = True) -> Bundle:
    """Read and verify a bundle.

    Parameters
    ----------
    open_model
        Compare the model itself with the manifest, too. Who only hands the bundle on to the process that judges
        with it leaves this, and the runtime that it takes, to that one.

    Raises
    ------
    BundleError
        Naming the file or field, what was found, what was expected and the remedy.
    """
    path = Path(path)
    if not path.is_dir():
        raise BundleError(tell(Told.BUNDLE_NO_FOLDER, path=str(path), name=MANIFEST_FILE))
    manifest = _read_manifest(path / MANIFEST_FILE)
    model = b""
    for name, digest in manifest.files.items():
        content = _read_verified(path / name, digest)
        if name == MODEL_FILE:
            model = content
    if open_model:
        _check_graph(path / MODEL_FILE, model, manifest)
    return Bundle(path=path, manifest=manifest, digest=manifest.digest, model=model)


def recipe_from_bundle(bundle: Bundle, name: str | None = None, revision: int = 1) -> Recipe:
    """Return a recipe with the region of interest and the thresholds that the bundle suggests."""
    manifest = bundle.manifest
    return Recipe(
        name=name or manifest.name, revision=revision, thresholds=manifest.thresholds, roi=manifest.roi
    )


def _read_manifest(path: Path) -> Manifest:
    content = _read(path)
    stamp = path.with_name(STAMP_FILE)
    _compare(path, content, stamped_digest(_read(stamp)), stamp.name)
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        why = tell(Told.BUNDLE_NOT_JSON, path=str(path), error=str(error), remedy=_AGAIN)
        raise BundleError(why) from error
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if version != SCHEMA_VERSION:
        versions = {"found": repr(version), "known": repr(SCHEMA_VERSION)}
        raise BundleError(tell(Told.BUNDLE_OTHER_SCHEMA, path=str(path), **versions))
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'manifest'}: {e['msg']}" for e in error.errors()[:3]
        )
        raise BundleError(f"{path}: {faults}; {_AGAIN}") from error


def _read_verified(path: Path, digest: str) -> bytes:
    content = _read(path)
    _compare(path, content, digest, tell(Told.BUNDLE_MANIFEST))
    return content


def _compare(path: Path, content: bytes, digest: str, by: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        digests = {"found": found[:16], "expected": digest[:16], "by": by, "remedy": str(_AGAIN)}
        raise BundleError(tell(Told.BUNDLE_CHANGED, path=str(path), size=len(content), **digests))


def _read(path: Path) -> bytes:
    try:
        content = read_regular(path)
    except FileNotFoundError as error:
        raise BundleError(tell(Told.BUNDLE_FILE_MISSING, path=str(path), remedy=_AGAIN)) from error
    except OSError as error:
        why = tell(Told.BUNDLE_UNREADABLE, path=str(path), error=error.strerror or str(error))
        raise BundleError(why) from error
    if not content:
        raise BundleError(tell(Told.BUNDLE_EMPTY, path=str(path), remedy=_AGAIN))
    return content


def _check_graph(path: Path, model: bytes, manifest: Manifest) -> None:
    """Compare the graph itself with what the manifest says of it."""
    from inspector.vision._session import open_session, read_opset

    session = open_session(model, str(path))
    _expect(path, "operator set", read_opset(model), manifest.opset)
    _expect(path, "number of inputs", len(session.get_inputs()), 1)
    _expect(path, "number of outputs", len(session.get_outputs()), 1)
    _check_tensor(path, session.get_inputs()[0], "tensor(uint8)", list(manifest.input.shape))
    _check_tensor(path, session.get_outputs()[0], "tensor(float)", [1, len(manifest.classes)])


def _check_tensor(path: Path, tensor: ort.NodeArg, dtype: str, shape: list[int]) -> None:
    what = f"{tensor.name!r}"
    _expect(path, f"type of {what}", tensor.type, dtype)
    _expect(path, f"shape of {what}", tensor.shape, shape)


def _expect(path: Path, what: str, found: object, expected: object) -> None:
    if found != expected:
        seen = {"what": what, "found": str(found), "expected": str(expected)}
        raise BundleError(tell(Told.BUNDLE_OTHER_GRAPH, path=str(path), remedy=_AGAIN, **seen))
