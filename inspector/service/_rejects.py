"""Looking through rejects, saying what they really were, and where a verdict came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from inspector.clock import utc_ns
from inspector.domain.access import Identity, Permission
from inspector.domain.labels import (
    NOTE_MAX,
    Judgement,
    Label,
    RejectFilter,
    RowId,
    StaleLabelError,
    is_class_name,
)
from inspector.domain.told import tell, text_of
from inspector.domain.told_texts import Told
from inspector.errors import HeatMapError, ProtocolError, TelemetryError
from inspector.protocol import (
    MAX_NEIGHBOURS,
    Code,
    Command,
    HeatView,
    LabelView,
    Message,
    Neighbour,
    Neighbours,
    RejectPage,
    RejectRow,
    Reply,
    body_as,
    done,
    refused,
)
from inspector.service._access import Access
from inspector.service._accounts import Act
from inspector.service._alarms import Tell
from inspector.service._audit_record import AuditEntry
from inspector.service._desk import Later
from inspector.service._options import Heat, RejectRecords
from inspector.service._worker import Worker

_MOST_MAPS: Final = 4
"""Heat maps that may wait; each takes a second or two."""
_SAME: Final = (
    "part", "utc_ns", "session", "serial", "lot", "evaluation", "class_name", "score_permille", "p_ok_permille",
    "cause", "applied", "recipe_revision", "bundle_digest32",
)  # fmt: skip

Facts = Callable[[], Mapping[str, Any]]
"""What the station says of what it runs: `bundle` and `recipe`."""


class _Query(Message):
    since_utc_ns: int | None = None
    until_utc_ns: int | None = None
    class_name: str = ""
    cause: str = ""
    is_judged: bool | None = None
    score_min_permille: int | None = None
    score_max_permille: int | None = None
    part: str = ""
    before: str = ""
    limit: int = 60

    @property
    def filter(self) -> RejectFilter:
        """Which rejects are wanted."""
        rest = {"part", "before", "limit"}
        return RejectFilter(**{name: value for name, value in self if name not in rest})


class _Said(Message):
    part: str
    judgement: str
    class_name: str = ""
    note: str = ""


class _Part(Message):
    part: str


class Rejects:
    """Carries out what consoles ask about rejects. Called in the server's thread; never waits.

    Nothing here reaches the line: a label changes neither the verdict nor what becomes of the part.
    """

    def __init__(self, access: Access, records: RejectRecords | None, facts: Facts, tell: Tell) -> None:
        self._access, self._records, self._facts, self._tell = access, records, facts, tell
        # Beside the worker: somebody may want to log in while a heat map is made.
        self._maps = Worker("service-heat-map", _MOST_MAPS)
        self.acts: dict[str, Act] = {
            "reject.query": self._query,
            "reject.neighbours": self._neighbours,
            "reject.label": self._label,
            "image.heatmap": self._heat_map,
        }

    def close(self) -> None:
        """Finish what has been begun."""
        self._maps.close()

    def _query(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        given, records, known = body_as(command.args, _Query), self._kept(), self._facts()
        part = _row_id(given.part) if given.part else None
        before = _row_id(given.before) if given.before else None
        wanted = given.filter

        def job() -> Reply:
            if part is not None:
                row, labels = records.one(part)
                history = tuple(_view(part, label) for label in labels)
                one = _row(row).model_copy(update={"label": history[-1] if history else None})
                return done(_page(known, rows=(one,), history=history))
            rows, following = records.find(wanted, before, given.limit)
            shown = tuple(_row(row) for row in rows)
            return done(_page(known, rows=shown, next="" if following is None else str(following)))

        return Later(self._access.worker.do(job), _itself)

    def _neighbours(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        records, part = self._kept(), _row_id(body_as(command.args, _Part).part)

        def job() -> Neighbours:
            before, after = records.around(part, MAX_NEIGHBOURS)
            return Neighbours(
                before=tuple(_neighbour(row) for row in before), after=tuple(_neighbour(row) for row in after)
            )

        return Later(self._access.worker.do(job), done)

    def _label(self, command: Command) -> Later:
        """Keep what somebody says: first in the audit log, then beside the row, then told to everybody."""
        who, records = self._access.permit(command, Permission.LABEL_REJECT), self._kept()
        part, label = self._said(command, who)
        classes = self._facts().get("bundle", {})
        expected = command.expected_version

        def job() -> LabelView | Reply:
            row, labels = records.one(part)
            wanted = replace(label, class_name=_class_of(label, row, classes))
            old = _short(labels[-1]) if labels else None
            entry = AuditEntry(
                who=who, act=Permission.LABEL_REJECT, target=str(part), old=old, new=_short(wanted)
            )
            try:
                with self._access.act(command, entry):
                    return _view(part, records.label(part, wanted, expected))
            except StaleLabelError as error:
                return refused(Code.CONFLICT, text_of(error)).model_copy(update={"version": error.version})

        return Later(self._access.worker.do(job), self._tell_label)

    def _said(self, command: Command, who: Identity) -> tuple[RowId, Label]:
        given = body_as(command.args, _Said)
        try:
            judgement = Judgement(given.judgement)
        except ValueError:
            known = ", ".join(Judgement)
            raise ProtocolError(f"{given.judgement[:40]!r} is no judgement; use one of {known}") from None
        if len(given.note) > NOTE_MAX:
            raise ProtocolError(tell(Told.NOTE_TOO_LONG, count=len(given.note), limit=NOTE_MAX))
        return _row_id(given.part), Label(
            judgement=judgement,
            class_name=given.class_name,
            note=given.note,
            user_id=who.user_id,
            user=who.name,
            console=who.console,
            utc_ns=utc_ns(),
        )

    def _tell_label(self, found: LabelView | Reply) -> Reply:
        if isinstance(found, Reply):
            return found
        self._tell(found)
        return done(found, version=found.version)

    def _heat_map(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        part, records, known = _row_id(body_as(command.args, _Part).part), self._kept(), self._facts()

        def job() -> Reply:
            row, _ = records.one(part)
            try:
                _expect_same(row, known)
                heat = records.heat_map(row)
            except HeatMapError as error:
                reply = refused(Code.IMPOSSIBLE, str(error))
                return reply.model_copy(update={"body": {"refusal": error.why}})
            return done(_heat_view(heat)).model_copy(update={"attachments": (heat.grid,)})

        return Later(self._maps.do(job), _itself)

    def _kept(self) -> RejectRecords:
        if self._records is None:
            raise TelemetryError(tell(Told.NOT_RECORDED))
        return self._records


def _itself(reply: Reply) -> Reply:
    return reply


def _row_id(text: str) -> RowId:
    try:
        return RowId.parse(text)
    except ValueError as error:
        raise ProtocolError(str(error)) from None


def _class_of(label: Label, row: Mapping[str, Any], bundle: Mapping[str, Any]) -> str:
    """Return what the picture shows, by what somebody has said of it.

    Raises
    ------
    ProtocolError
        The class that was named cannot be.
    """
    ok_classes = list(bundle.get("ok_classes", []))
    match label.judgement:
        case Judgement.DONT_KNOW:
            return ""
        case Judgement.FALSE_REJECT:
            return ok_classes[0] if ok_classes else "ok"
        case _:
            name = " ".join((label.class_name or row["class_name"]).split())
    if name in ok_classes:
        raise ProtocolError(tell(Told.GOOD_CLASS, name=repr(name)))
    if not is_class_name(name):
        raise ProtocolError(tell(Told.BAD_CLASS, name=repr(name[:50])))
    return name


def _expect_same(row: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Let nobody explain a verdict with a model that did not make it."""
    bundle, recipe = known.get("bundle", {}), known.get("recipe", {})
    if str(bundle.get("digest", ""))[:8] != row["bundle_digest32"]:
        raise HeatMapError("another model judged this part than the one that runs now", "other_model")
    if recipe.get("revision", row["recipe_revision"]) != row["recipe_revision"]:
        raise HeatMapError(
            f"this part was judged by revision {row['recipe_revision']} of the recipe, now revision "
            f"{recipe['revision']} runs: there is no heat map",
            "other_recipe",
        )


def _short(label: Label) -> dict[str, str]:
    return {"judgement": label.judgement.value, "class": label.class_name, "note": label.note}


def _view(part: RowId, label: Label) -> LabelView:
    same = {name: getattr(label, name) for name in ("version", "class_name", "note", "user", "utc_ns")}
    return LabelView(part=str(part), judgement=label.judgement.value, **same)


def _row(row: Mapping[str, Any]) -> RejectRow:
    image, label = row["image"] or {}, row.get("label")
    return RejectRow(
        **{name: row[name] for name in _SAME},
        ordinal=row["part_count"],
        class_index=-1 if row["class_index"] is None else row["class_index"],
        image=str(image.get("file", "")).rpartition("/")[2],
        image_state=str(image.get("state", "")),
        label=LabelView(part=row["part"], **label) if label else None,
    )


def _neighbour(row: Mapping[str, Any]) -> Neighbour:
    same = ("evaluation", "disposition", "cause", "applied")
    return Neighbour(ordinal=row["part_count"], **{name: row[name] for name in same})


def _page(known: Mapping[str, Any], **found: Any) -> RejectPage:
    bundle, recipe = known.get("bundle", {}), known.get("recipe", {})
    return RejectPage(
        classes=tuple(bundle.get("classes", ())),
        ok_classes=tuple(bundle.get("ok_classes", ())),
        accept_min_permille=round(1000 * recipe.get("accept_min", 0.0)),
        reject_min_permille=round(1000 * recipe.get("reject_min", 0.0)),
        recipe_revision=recipe.get("revision", 0),
        bundle_digest32=str(bundle.get("digest", ""))[:8],
        **found,
    )


def _heat_view(heat: Heat) -> HeatView:
    places = {name: getattr(heat, name) for name in ("rows", "columns", "left", "top", "width", "height")}
    return HeatView(
        defect_permille=round(1000 * heat.p_defect), covered_permille=round(1000 * heat.p_covered), **places
    )
