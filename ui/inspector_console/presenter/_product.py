"""The Product screen: what can be made, what a change would change, and how a change goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from inspector.domain.access import Permission
from inspector.domain.product import NOT_CHANGED, UNDER_WAY, ChangePhase
from inspector.protocol import ProductChange, ProductFact, ProductPreview, ProductView
from inspector_console.presenter._facts import Link
from inspector_console.presenter._lens import Lens, class_text
from inspector_console.presenter._rights import may
from inspector_console.words import SayProduct

_STEPS: Final = (
    SayProduct.STEP_CHECKED,
    SayProduct.STEP_TOLD,
    SayProduct.STEP_STARTED,
    SayProduct.STEP_READY,
)
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
    ChangePhase.CHECKING: SayProduct.IS_CHECKING,
    ChangePhase.TELLING: SayProduct.IS_TELLING,
    ChangePhase.STARTING: SayProduct.IS_STARTING,
    ChangePhase.RETURNING: SayProduct.IS_RETURNING,
    ChangePhase.DONE: SayProduct.HAS_CHANGED,
    ChangePhase.REFUSED: SayProduct.WAS_REFUSED,
    ChangePhase.RETURNED: SayProduct.HAS_RETURNED,
    ChangePhase.FAILED: SayProduct.HAS_FAILED,
}


_FACTS: Final = {
    "product": SayProduct.FACT_PRODUCT,
    "job": SayProduct.FACT_JOB,
    "recipe": SayProduct.FACT_RECIPE,
    "accept_min": SayProduct.FACT_ACCEPT_MIN,
    "reject_min": SayProduct.FACT_REJECT_MIN,
    "views": SayProduct.FACT_VIEWS,
    "region": SayProduct.FACT_REGION,
    "bundle": SayProduct.FACT_BUNDLE,
    "defects": SayProduct.FACT_DEFECTS,
    "exposure_us": SayProduct.FACT_EXPOSURE_US,
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


_NOTHING: Final = 1e-6
_REGIONS: Final = {
    "whole": SayProduct.REGION_WHOLE,
    "fixed": SayProduct.REGION_FIXED,
    "locate": SayProduct.REGION_LOCATE,
}


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
        obstacle = words(SayProduct.UNUSABLE)
    if not obstacle and preview is None:
        obstacle = words(SayProduct.LOOKED_AT)
    plc, plc_differs = _plc(lens)
    return ProductScreenView(
        title=words(SayProduct.PRODUCTS),
        quiet="" if is_known else words(SayProduct.NOT_KNOWN),
        up=words(SayProduct.PAGE_UP),
        down=words(SayProduct.PAGE_DOWN),
        keep_pressed=words(SayProduct.KEEP_PRESSED),
        cards=cards,
        chosen=chosen.name if chosen else "",
        head=_head(lens, chosen, preview, shelf.trouble),
        columns=(words(SayProduct.NOW), words(SayProduct.THEN) if chosen and not chosen.is_in_use else ""),
        rows=tuple(_row(lens, fact) for fact in _telling(preview.facts)) if preview else (),
        trouble=words.told(shelf.trouble) if chosen else "",
        plc=plc,
        plc_differs=plc_differs,
        confirm=words(SayProduct.CONFIRM, title=chosen.title) if chosen and not obstacle else "",
        note=obstacle or words(SayProduct.WHAT_HAPPENS),
        progress=progress,
    )


def _card(lens: Lens, product: ProductView) -> ProductCardView:
    words = lens.words
    say = SayProduct.JOB_AND_RECIPE if product.job_id else SayProduct.NO_JOB
    detail = words(say, job=product.job_id, recipe=product.recipe, revision=product.recipe_revision)
    return ProductCardView(
        name=product.name,
        title=product.title or product.name,
        detail=words.told(product.trouble) if product.trouble else detail,
        mark=words(SayProduct.UNUSABLE)
        if product.trouble
        else words(SayProduct.IN_USE)
        if product.is_in_use
        else "",
        is_in_use=product.is_in_use,
        is_usable=not product.trouble,
    )


def _head(lens: Lens, chosen: ProductCardView | None, preview: ProductPreview | None, trouble: str) -> str:
    words = lens.words
    if chosen is None:
        return ""
    if trouble or not chosen.is_usable:
        return words(SayProduct.UNUSABLE)
    if preview is None:
        return words(SayProduct.LOOKED_AT)
    if any(fact.old != fact.new for fact in preview.facts):
        return words(SayProduct.CHANGES)
    return words(SayProduct.IS_MADE if chosen.is_in_use else SayProduct.CHANGES_NOTHING)


def _telling(facts: tuple[ProductFact, ...]) -> list[ProductFact]:
    """Return the facts without the limit of OK, where it is only the other side of the limit of NG."""
    known = {fact.key: fact for fact in facts}
    accept, reject = known.get("accept_min"), known.get("reject_min")
    is_one = accept and reject and _meet(accept.old, reject.old) and _meet(accept.new, reject.new)
    return [fact for fact in facts if not (is_one and fact is accept)]


def _meet(accept: str, reject: str) -> bool:
    """Return whether nothing lies between two limits; what is no number meets nothing."""
    try:
        return abs(float(accept) + float(reject) - 1) < _NOTHING
    except ValueError:
        return False


def _row(lens: Lens, fact: ProductFact) -> FactRow:
    """Name a fact; one that only a newer station knows goes by its key."""
    say = _FACTS.get(fact.key)
    name = fact.key if say is None else lens.words(say)
    form = _FORMS.get(fact.key, _as_it_is)
    return FactRow(name, form(fact.old, lens), form(fact.new, lens))


def _as_it_is(text: str, _: Lens) -> str:
    return text


def _classes(text: str, lens: Lens) -> str:
    return ", ".join(class_text(name, lens) for name in text.split(", "))


def _region(text: str, lens: Lens) -> str:
    """Return how the region is found, with its size where it has one."""
    mode, _, size = text.partition(" ")
    said = lens.words(_REGIONS[mode]) if mode in _REGIONS else mode
    return f"{said} {size}".strip()


def _limit(text: str, lens: Lens) -> str:
    """Return a limit with all its digits, as people here write it; what is no number stays as it is."""
    whole, dot, digits = text.partition(".")
    return lens.words.number(float(text), len(digits)) if dot and (whole + digits).isdecimal() else text


_FORMS: Final[Mapping[str, Callable[[str, Lens], str]]] = {
    "accept_min": _limit,
    "reject_min": _limit,
    "region": _region,
    "defects": _classes,
}
"""How the values of a fact are written; those of the others as they come."""


def _plc(lens: Lens) -> tuple[str, bool]:
    state, words = lens.facts.state, lens.words
    if state is None or lens.facts.is_old or not state.plc_job:
        return words(SayProduct.PLC_SILENT), False
    if not state.job_id:
        return words(SayProduct.PLC_NOT_COMPARED), False
    differs = state.plc_job != state.job_id
    say = SayProduct.PLC_DIFFERS if differs else SayProduct.PLC_AGREES
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
        return words(SayProduct.NOT_KNOWN)
    if progress is not None and progress.is_under_way:
        return words(SayProduct.UNDER_WAY)
    if not may(lens, Permission.CHANGE_PRODUCT):
        return words(SayProduct.NOT_ALLOWED)
    if lease.client and lease.client != lens.identity:
        return words(SayProduct.OTHER_IN_CONTROL, name=lease.user or lease.name or "?")
    is_another = chosen is not None and any(
        fact.old != fact.new for fact in (preview.facts if preview else ())
    )
    if chosen is None or (preview is not None and not is_another):
        return words(SayProduct.CHOOSE_ANOTHER)
    if not chosen.is_usable:
        return words(SayProduct.UNUSABLE)
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
        reason=lens.words.told(change.reason),
        time=lens.time(change.ended_ns, seconds=False),
        seconds=seconds,
    )
    return ProgressView(
        steps=tuple((lens.words(say), mark) for say, mark in zip(_STEPS, marks, strict=True)),
        text=text.strip(),
        is_under_way=phase in UNDER_WAY,
        is_failed=is_failed,
    )
