"""What to look for: thresholds, region of interest, expected views; always with a revision."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Probabilities between which a part is doubtful, and therefore rejected.

    Parameters
    ----------
    accept_min
        Smallest summed OK probability that is OK.
    reject_min
        Smallest summed defect probability that is called NG rather than INDETERMINATE.
    """

    accept_min: float = 0.5
    reject_min: float = 0.5

    def __post_init__(self) -> None:
        """Refuse probabilities out of range, and bands that overlap.

        Raises
        ------
        ValueError
            Naming the value and the range.
        """
        for name in ("accept_min", "reject_min"):
            value = getattr(self, name)
            if not 0.0 < value <= 1.0:
                raise ValueError(f"{name} = {value} must be above 0 and at most 1")
        if self.accept_min + self.reject_min < 1.0:
            raise ValueError(
                f"accept_min = {self.accept_min} and reject_min = {self.reject_min} overlap: a part could be "
                "OK and NG at once; their sum must be at least 1"
            )


class RoiMode(StrEnum):
    """How the region of interest is found in a frame."""

    WHOLE = "whole"
    """The whole frame is the region."""
    FIXED = "fixed"
    """A rectangle at a fixed place."""
    LOCATE = "locate"
    """A square of fixed size, centred on the part that is brighter than its background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roi:
    """Region of interest in frame pixels.

    `offset_x`, `offset_y` count only for FIXED; `width_px`, `height_px` for FIXED and LOCATE.
    `threshold` (grey level 0…255), `min_area_px` and `max_area_px` (frame pixels) are LOCATE's idea
    of what one part is: nothing, two parts, or two touching ones give no region at all.
    """

    mode: RoiMode = RoiMode.WHOLE
    offset_x: int = 0
    offset_y: int = 0
    width_px: int = 0
    height_px: int = 0
    threshold: int = 60
    min_area_px: int = 0
    max_area_px: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Frozen description of an inspection. Any change makes a new revision; a run never reads a mutable one."""

    name: str
    revision: int
    thresholds: Thresholds = field(default_factory=Thresholds)
    roi: Roi = field(default_factory=Roi)
    expected_views: int = 1

    def __post_init__(self) -> None:
        """Refuse a recipe that no part could satisfy.

        Raises
        ------
        ValueError
            Naming the value and the range.
        """
        if not 1 <= self.expected_views <= 8:
            raise ValueError(f"expected_views = {self.expected_views} must be 1…8")
        if not 1 <= self.revision <= 65535:
            raise ValueError(f"revision = {self.revision} must be 1…65535 (it is one register)")
