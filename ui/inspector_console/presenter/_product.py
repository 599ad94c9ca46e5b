"""The Product screen: what can be made, what a change would change, and how a change goes on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from inspector.domain.access import Permission
from inspector.domain.product import NOT_CHANGED, UNDER_WAY, ChangePhase
from inspector.protocol import ProductChange, ProductFact, ProductPreview, ProductView, StationState
from inspector_console.presenter._facts import Link
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._rights import may
from inspector_console.words import SayProduct

_S = SayProduct
_STEPS: Final = (_S.STEP_CHECKED, _S.STEP_TOLD, _S.STEP_STARTED, _S.STEP_READY)
_REACHED: Final = {
    ChangePhase.CHECKING: 0,
    ChangePhase.TELLING: 1,
    ChangePhase.STARTING: 2,
    ChangePhase.RETURNING: 2,
    ChangePhase.REFUSED: 0,
    ChangePhase.RETURNED: 2,
    ChangePhase.FAILED: 2,
}
"""The step at which a change is, or has failed; one that is done has no such step."""
_SAID: Final = {
    ChangePhase.CHECKING: _S.IS_CHECKING,
    ChangePhase.TELLING: _S.IS_TELLING,
    ChangePhase.STARTING: _S.IS_STARTING,
    ChangePhase.RETURNING: _S.IS_RETURNING,
    ChangePhase.DONE: _S.HAS_CHANGED,
    ChangePhase.REFUSED: _S.WAS_REFUSED,
    ChangePhase.RETURNED: _S.HAS_RETURNED,
    ChangePhase.FAILED: _S.HAS_FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What the service has said of products when it was asked.

    Attributes
    ----------
    products
        None = not known.
    chosen
        Name of the product that is looked at.
    preview
        What a change to it would change; None = not known yet, or not to be had.
    trouble
        Why there is no preview.
    """

    products: tuple[ProductView, ...] | None = None
    chosen: str = ""
    preview: ProductPreview | None = None
    trouble: str = ""


class StepMark(StrEnum):
    """How a step of a change stands."""

    DONE = auto()
    NOW = auto()
    WAITS = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCardView:
    """A product in the list."""

    name: str
    title: str
    detail: str
    mark: str
    """In use, or cannot be used; empty = neither."""
    is_in_use: bool
    is_usable: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """One thing of a product, now and then."""

    label: str
    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        """Whether the change would change it."""
        return self.old != self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """How a change goes on, or what the last one came to."""

    steps: tuple[tuple[str, StepMark], ...]
    text: str
    is_under_way: bool
    is_failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductScreenView:
    """The screen.

    Attributes
    ----------
    plc, plc_differs
        Which job the PLC runs, and whether it is another one than the station's.
    confirm
        What the button does that must be kept pressed; empty = there is nothing to confirm.
    note
        What happens when it is done, or why it cannot be done.
    """

    title: str
    quiet: str
    up: str
    down: str
    no_picture: str
    keep_pressed: str
    cards: tuple[ProductCardView, ...]
    chosen: str
    head: str
    columns: tuple[str, str]
    rows: tuple[FactRow, ...]
    trouble: str
    plc: str
    plc_differs: bool
    confirm: str
    note: str
    progress: ProgressView | None


def present_product(lens: Lens, shelf: Shelf) -> ProductScreenView:
    """Return the screen. What is not known is not shown as if nothing were there."""
    words, state = lens.words, lens.facts.state
    is_known = lens.facts.link is Link.ATTACHED and shelf.products is not None
    cards = tuple(_card(lens, product) for product in shelf.products or ()) if is_known else ()
    chosen = next((card for card in cards if card.name == shelf.chosen), None)
    preview = shelf.preview if chosen is not None else None
    progress = _progress(lens, state.change) if state is not None and not lens.facts.is_old else None
    obstacle = _obstacle(lens, chosen, preview, progress)
    if not obstacle and shelf.trouble:
        obstacle = words(_S.UNUSABLE)
    if not obstacle and preview is None:
        obstacle = words(_S.LOOKED_AT)
    plc, plc_differs = _plc(lens)
    return ProductScreenView(
        title=words(_S.PRODUCTS),
        quiet="" if is_known else words(_S.NOT_KNOWN),
        up=words(_S.PAGE_UP),
        down=words(_S.PAGE_DOWN),
        no_picture=words(_S.NO_PICTURE),
        keep_pressed=words(_S.KEEP_PRESSED),
        cards=cards,
        chosen=chosen.name if chosen else "",
        head=_head(lens, chosen, preview, shelf.trouble),
        columns=(words(_S.NOW), words(_S.THEN) if chosen and not chosen.is_in_use else ""),
        rows=tuple(_row(lens, fact) for fact in preview.facts) if preview else (),
        trouble=shelf.trouble if chosen else "",
        plc=plc,
        plc_differs=plc_differs,
        confirm=words(_S.CONFIRM, title=chosen.title) if chosen and not obstacle else "",
        note=obstacle or words(_S.WHAT_HAPPENS),
        progress=progress,
    )


def _card(lens: Lens, product: ProductView) -> ProductCardView:
    words = lens.words
    say = _S.JOB_AND_RECIPE if product.job_id else _S.NO_JOB
    detail = words(say, job=product.job_id, recipe=product.recipe, revision=product.recipe_revision)
    return ProductCardView(
        name=product.name,
        title=product.title or product.name,
        detail=product.trouble if product.trouble else detail,
        mark=words(_S.UNUSABLE) if product.trouble else words(_S.IN_USE) if product.is_in_use else "",
        is_in_use=product.is_in_use,
        is_usable=not product.trouble,
    )


def _head(lens: Lens, chosen: ProductCardView | None, preview: ProductPreview | None, trouble: str) -> str:
    words = lens.words
    if chosen is None:
        return ""
    if trouble or not chosen.is_usable:
        return words(_S.UNUSABLE)
    if preview is None:
        return words(_S.LOOKED_AT)
    if any(fact.old != fact.new for fact in preview.facts):
        return words(_S.CHANGES)
    return words(_S.IS_MADE if chosen.is_in_use else _S.CHANGES_NOTHING)


def _row(lens: Lens, fact: ProductFact) -> FactRow:
    """Name a fact; one that only a newer station knows goes by its key."""
    known = f"fact_{fact.key}"
    label = lens.words(_S(known)) if known in set(_S) else fact.key
    return FactRow(label, fact.old, fact.new)


def _plc(lens: Lens) -> tuple[str, bool]:
    state, words = lens.facts.state, lens.words
    if state is None or lens.facts.is_old or not state.plc_job:
        return words(_S.PLC_SILENT), False
    if not state.job_id:
        return words(_S.PLC_NOT_COMPARED), False
    differs = state.plc_job != state.job_id
    say = _S.PLC_DIFFERS if differs else _S.PLC_AGREES
    return words(say, plc=state.plc_job, job=state.job_id), differs


def _obstacle(
    lens: Lens,
    chosen: ProductCardView | None,
    preview: ProductPreview | None,
    progress: ProgressView | None,
) -> str:
    """Return why the chosen product cannot be changed to from here and now; empty = it can."""
    words, lease = lens.words, lens.facts.lease
    if lens.facts.is_old:
        return words(_S.NOT_KNOWN)
    if progress is not None and progress.is_under_way:
        return words(_S.UNDER_WAY)
    if not may(lens, Permission.CHANGE_PRODUCT):
        return words(_S.NOT_ALLOWED)
    if lease.client and lease.client != lens.identity:
        return words(_S.OTHER_IN_CONTROL, name=lease.user or lease.name or "?")
    is_another = chosen is not None and any(
        fact.old != fact.new for fact in (preview.facts if preview else ())
    )
    if chosen is None or (preview is not None and not is_another):
        return words(_S.CHOOSE_ANOTHER)
    if not chosen.is_usable:
        return words(_S.UNUSABLE)
    return ""


def _progress(lens: Lens, change: ProductChange) -> ProgressView | None:
    """Return how the change goes on; None if there has not been one."""
    phase = ChangePhase.__members__.get(change.phase, ChangePhase.NONE)
    if phase is ChangePhase.NONE:
        return None
    is_failed = phase in NOT_CHANGED or phase is ChangePhase.RETURNING
    at = _REACHED.get(phase, len(_STEPS))
    here = StepMark.FAILED if is_failed else StepMark.NOW
    marks = [StepMark.DONE if n < at else here if n == at else StepMark.WAITS for n in range(len(_STEPS))]
    seconds = lens.words.number(max(0, change.ended_ns - change.told_ns) / 1e9, 1)
    text = lens.words(
        _SAID[phase],
        title=change.title or change.product,
        reason=change.reason,
        time=lens.time(change.ended_ns, seconds=False),
        seconds=seconds,
    )
    return ProgressView(
        steps=tuple((lens.words(say), mark) for say, mark in zip(_STEPS, marks, strict=True)),
        text=text.strip(),
        is_under_way=phase in UNDER_WAY,
        is_failed=is_failed,
    )


def product_in_use(state: StationState | None) -> str:
    """Return the name of the product in use; empty = not known."""
    return state.product_name if state is not None else ""
