"""What `reject.query` and `image.heatmap` answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from inspector.protocol._facts import LabelView
from inspector.protocol._model import Count, Index, Message, Permille

MAX_NEIGHBOURS = 10
"""On each side."""


class RejectRow(Message):
    """One rejected part, as its row has it. The label is beside the verdict, never in its place."""

    part: str
    """EPOCH-SEQ, as in the name of its image: what commands name it by."""
    utc_ns: Count
    session: Count
    ordinal: Count
    serial: str = ""
    lot: str = ""
    evaluation: str
    class_name: str = ""
    class_index: Index = -1
    score_permille: Permille = 0
    p_ok_permille: Permille = 0
    cause: str = "NONE"
    applied: str = "UNKNOWN"
    recipe_revision: Count = 0
    bundle_digest32: str = ""
    """First 32 bits of the bundle's digest, hexadecimal."""
    image: str = ""
    """Name for `image.read`; empty = none was taken."""
    image_state: str = ""
    """STORED, DROPPED (never stored), EVICTED (made room for newer ones); empty = none was due."""
    label: LabelView | None = None


class RejectPage(Message):
    """Rejects, newest first, and what is needed to judge them."""

    rows: tuple[RejectRow, ...] = ()
    next: str = ""
    """For `before` of the next query. Empty = there are no more; otherwise there may be, even if `rows` is empty."""
    history: tuple[LabelView, ...] = ()
    """All labels of the one part that was asked for, oldest first."""
    classes: tuple[str, ...] = ()
    ok_classes: tuple[str, ...] = ()
    accept_min_permille: Permille = 0
    reject_min_permille: Permille = 0
    """Limits of the running recipe; 0 = not known."""
    recipe_revision: Count = 0
    bundle_digest32: str = ""
    """What runs now: limits and heat maps are good for rows that have the same."""


class Neighbour(Message):
    """A part that passed shortly before or after a reject."""

    ordinal: Count
    evaluation: str
    disposition: str
    cause: str = "NONE"
    applied: str = "UNKNOWN"


class Neighbours(Message):
    """Answer to `reject.neighbours`: in the order in which the parts were closed."""

    before: Annotated[tuple[Neighbour, ...], Field(max_length=MAX_NEIGHBOURS)] = ()
    after: Annotated[tuple[Neighbour, ...], Field(max_length=MAX_NEIGHBOURS)] = ()
    """Fewer where they have not passed yet."""


class HeatView(Message):
    """A heat map; the attachment has `rows` × `columns` bytes, row by row.

    0 = covering the place takes nothing from the defect, 255 = it takes away most of all places.
    """

    rows: Annotated[int, Field(ge=1, le=256)]
    columns: Annotated[int, Field(ge=1, le=256)]
    left: Count
    top: Count
    width: Count
    height: Count
    """Where it lies in the picture, px."""
    defect_permille: Permille
    """Probability of a defect, of the picture as it is …"""
    covered_permille: Permille
    """… and with the place of 255 covered: near the first, no single place decides."""
