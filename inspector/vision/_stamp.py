"""The manifest's own digest: who edits thresholds or OK classes in a bundle is noticed, too.

This is about integrity, not about trust: whoever can write the manifest can stamp it again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from inspector.vision._manifest import MANIFEST_FILE, STAMP_FILE, Manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a bundle's manifest, and the stamp that goes with it.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    stamp_bundle(folder)


def stamp_bundle(folder: Path) -> None:
    """Write down the digest of the manifest as it is: what `sha256sum manifest.json > manifest.sha256` does.

    Raises
    ------
    OSError
        There is no manifest, or the folder cannot be written.
    """
    digest = hashlib.sha256((folder / MANIFEST_FILE).read_bytes()).hexdigest()
    (folder / STAMP_FILE).write_text(f"{digest}  {MANIFEST_FILE}\n", encoding="ascii")


def stamped_digest(stamp: bytes) -> str:
    """Return the digest that the stamp's file holds; "" for what is no stamp."""
    words = stamp.split(maxsplit=1)
    return words[0].decode("ascii", "replace").lower() if words else ""
