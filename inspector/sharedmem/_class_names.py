"""Names of classes by the bundle that named them: rows outlive the bundle that was in use when they were made."""

from __future__ import annotations

import json
from pathlib import Path

FILE = "classes.json"


class ClassNames:
    """Looks names up in the run directory's list, which the launcher writes. One thread.

    Parameters
    ----------
    run_dir
        Folder with the list.
    usual
        Names for rows whose bundle is not in the list.
    """

    def __init__(self, run_dir: Path, usual: tuple[str, ...] = ()) -> None:
        self._path, self._usual = run_dir / FILE, usual
        self._known: dict[int, tuple[str, ...]] = {}
        self._stamp = 0

    def of(self, bundle_digest32: int) -> tuple[str, ...]:
        """Return the names, by index, of the bundle with that digest (its first 32 bits)."""
        if bundle_digest32 not in self._known:
            self._read()
        return self._known.get(bundle_digest32, self._usual)

    def _read(self) -> None:
        """Take up the list, if it is another one than before; a list that cannot be read changes nothing."""
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._known = {
                    int(digest): tuple(names) for digest, names in json.loads(self._path.read_text()).items()
                }
                self._stamp = stamp
        except (OSError, ValueError):
            return

    def add(self, bundle_digest32: int, names: tuple[str, ...]) -> None:
        """Put a bundle's names into the list, before any row can be its. The launcher only."""
        self._read()
        self._known[bundle_digest32] = names
        whole = self._path.with_name(FILE + ".new")
        whole.write_text(json.dumps({str(digest): list(found) for digest, found in self._known.items()}))
        whole.replace(self._path)
        self._stamp = self._path.stat().st_mtime_ns
