"""One reject: what vision saw, how far from the limits, where in the picture, and what people say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector.domain.labels import Judgement
from inspector.protocol import HeatView, Neighbour, Neighbours, RejectPage, RejectRow, Result
from inspector_console.presenter._lens import DASH, Lens, class_text
from inspector_console.presenter._picture import OverlayView
from inspector_console.presenter._reject_list import JUDGEMENTS, as_result, gone, said_of, score_of, when
from inspector_console.presenter._verdict import VerdictKind, kind_of, what_of
from inspector_console.words import SayRejects

_SPREAD: Final = 0.8
"""Where the hottest place leaves more than this share of the defect, no single place decides."""
_ALIKE: Final = 0.02
"""Two shares of a defect that differ by no more than this are the same."""
_NO_HEAT: Final = {
    "other_model": SayRejects.OTHER_MODEL,
    "other_recipe": SayRejects.OTHER_RECIPE,
    "no_picture": SayRejects.NO_PICTURE,
    "no_part": SayRejects.NO_PART,
    "no_defect": SayRejects.NO_DEFECT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBarView:
    """How sure vision was of a defect, against the limits, all 0…1. Limits are None where others applied then."""

    share: float
    text: str
    accept_below: float | None = None
    reject_from: float | None = None
    accept_text: str = ""
    reject_text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighboursView:
    """What passed before and after the part: one by itself, or one of many. One kind for each, oldest first."""

    title: str
    before: tuple[VerdictKind, ...]
    after: tuple[VerdictKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectDetailView:
    """One reject.

    Attributes
    ----------
    bar
        None where vision has not judged the part.
    judgement
        What was said last; empty = nothing.
    draft_class, note
        What stands on the buttons: of the label, or what was entered and waits for a judgement.
    hint
        Why judging does not work here; else what it does not do.
    neighbours
        None = not known (yet).
    """

    part: str
    kind: VerdictKind
    what: str
    facts: tuple[str, ...]
    bar: ScoreBarView | None
    image: str
    gone: str
    overlay: OverlayView
    badge: str
    judgement: str
    said: str
    said_by: str
    class_title: str
    draft_class: str
    note_title: str
    note: str
    judgements: tuple[tuple[str, str], ...]
    hint: str
    tools: tuple[str, str, str, str, str]
    """Back, heat map, one to one, previous, next."""
    neighbours: NeighboursView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody has entered before judging."""

    class_name: str | None = None
    note: str | None = None


def present_reject(
    row: RejectRow, known: RejectPage, draft: Draft, lens: Lens, around: Neighbours | None = None
) -> RejectDetailView:
    """Return one reject as it stands."""
    words, result, label = lens.words, as_result(row), row.label
    of_label = label.class_name if label and label.judgement == Judgement.REAL_DEFECT else ""
    class_name = draft.class_name or of_label or row.class_name
    note = draft.note if draft.note is not None else label.note if label else ""
    return RejectDetailView(
        part=row.part,
        kind=kind_of(result),
        what=what_of(result, lens),
        facts=_facts(row, lens),
        bar=_bar(row, known, lens),
        image="" if gone(row, lens) else row.image,
        gone=gone(row, lens),
        overlay=OverlayView(kind=kind_of(result), text=what_of(result, lens)),
        badge=when(row.utc_ns, lens),
        judgement=label.judgement if label else "",
        said=said_of(row, lens) or words(SayRejects.NOT_JUDGED),
        said_by=words(SayRejects.JUDGED_BY, user=label.user, time=when(label.utc_ns, lens)) if label else "",
        class_title=words(SayRejects.CLASS),
        draft_class=class_text(class_name, lens) or DASH,
        note_title=words(SayRejects.NOTE),
        note=note or words(SayRejects.NO_NOTE),
        judgements=tuple((judgement.value, words(say)) for judgement, say in JUDGEMENTS.items()),
        hint=words(SayRejects.KEPT_REJECTED if lens.user else SayRejects.LOG_IN_TO_JUDGE),
        tools=(
            words(SayRejects.BACK),
            words(SayRejects.HEAT_MAP),
            words(SayRejects.ONE_TO_ONE),
            words(SayRejects.PREVIOUS),
            words(SayRejects.NEXT),
        ),
        neighbours=_neighbours(around, lens) if around is not None else None,
    )


def _neighbours(around: Neighbours, lens: Lens) -> NeighboursView:
    def kind(one: Neighbour) -> VerdictKind:
        same = ("ordinal", "evaluation", "disposition", "cause", "applied")
        return kind_of(Result(tag=0, session=0, **{name: getattr(one, name) for name in same}))

    return NeighboursView(
        title=lens.words(SayRejects.NEIGHBOURS),
        before=tuple(kind(one) for one in around.before),
        after=tuple(kind(one) for one in around.after),
    )


def class_choices(row: RejectRow, known: RejectPage, lens: Lens) -> tuple[tuple[str, str], ...]:
    """Return what a defect may be (key, text): the model's classes, that of the verdict, or another one ("")."""
    names = [name for name in known.classes if name not in known.ok_classes]
    if row.class_name and row.class_name not in (*names, *known.ok_classes):
        names.append(row.class_name)
    return (*((name, class_text(name, lens)) for name in names), ("", lens.words(SayRejects.NEW_CLASS)))


def heat_says(heat: HeatView, bar: ScoreBarView | None, lens: Lens) -> str:
    """Return what a heat map means: what covering its hottest place would make of the part.

    The model judges the picture as it was kept; where it says something else than when the part passed, that is said.
    """
    before, after = heat.defect_permille, heat.covered_permille
    words, number = lens.words, lens.words.number
    say = SayRejects.HEAT_SPREAD if after > _SPREAD * before else SayRejects.HEAT_SAYS
    said = words(say, before=number(before / 1000, 2), after=number(after / 1000, 2))
    if bar is None:
        return said
    said += _heat_verdict(after / 1000, bar, lens)
    is_other = abs(bar.share - before / 1000) > _ALIKE
    return said + (words(SayRejects.HEAT_RECORDED, value=number(bar.share, 2)) if is_other else "")


def _heat_verdict(share: float, bar: ScoreBarView, lens: Lens) -> str:
    """Return what a share of defect would be by the limits that judged the part; empty where those are not known."""
    if bar.reject_from is None or bar.accept_below is None:
        return ""
    if share >= bar.reject_from:
        return lens.words(SayRejects.HEAT_STILL_NG, limit=lens.words.number(bar.reject_from, 2))
    return lens.words(SayRejects.HEAT_OK if share <= bar.accept_below else SayRejects.HEAT_UNCLEAR)


def heat_missing(refusal: str, reason: str, lens: Lens) -> str:
    """Return why there is no heat map; `reason` = in the station's words, where this console has none."""
    say = _NO_HEAT.get(refusal)
    return lens.words(
        SayRejects.HEAT_NONE, reason=lens.words.told(reason) if say is None else lens.words(say)
    )


def _facts(row: RejectRow, lens: Lens) -> tuple[str, ...]:
    words = lens.words
    named = {
        " · ".join(
            (words(SayRejects.WHEN, time=when(row.utc_ns, lens)), words(SayRejects.PART, number=row.ordinal))
        ): True,
        words(SayRejects.SERIAL, serial=row.serial): bool(row.serial),
        words(SayRejects.LOT, lot=row.lot): bool(row.lot),
        words(SayRejects.RECIPE, revision=row.recipe_revision): bool(row.recipe_revision),
        words(SayRejects.CLASS_SCORE, value=score_of(row, lens)): kind_of(as_result(row)) is VerdictKind.NG,
    }
    return tuple(text for text, is_known in named.items() if is_known)


def _bar(row: RejectRow, known: RejectPage, lens: Lens) -> ScoreBarView | None:
    if row.class_index < 0:
        return None
    words, share = lens.words, 1 - row.p_ok_permille / 1000
    text = words(SayRejects.DEFECT_SHARE, value=words.number(share, 2))
    is_same = (row.recipe_revision, row.bundle_digest32) == (known.recipe_revision, known.bundle_digest32)
    if not is_same or not known.reject_min_permille:
        note = words(SayRejects.OTHER_LIMITS) if known.reject_min_permille else ""
        return ScoreBarView(share=share, text=text, note=note)
    accept, reject = 1 - known.accept_min_permille / 1000, known.reject_min_permille / 1000
    is_one = known.accept_min_permille + known.reject_min_permille == 1000  # nothing lies between OK and NG
    return ScoreBarView(
        share=share,
        text=text,
        accept_below=accept,
        reject_from=reject,
        accept_text="" if is_one else words(SayRejects.ACCEPT_LIMIT, value=words.number(accept, 2)),
        reject_text=words(SayRejects.REJECT_LIMIT, value=words.number(reject, 2)),
    )
