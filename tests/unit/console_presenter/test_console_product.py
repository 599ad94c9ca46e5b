from __future__ import annotations

import pytest
from console_facts import NOW_NS, SECOND, lens, state

from inspector.domain.product import ChangePhase
from inspector.protocol import ProductChange, ProductFact, ProductPreview, ProductView
from inspector_console.presenter import Shelf, StepMark, present_product

A = ProductView(name="a", title="Flange A", job_id=1, recipe="a", recipe_revision=4, is_in_use=True)
B = ProductView(name="b", title="Flange B", job_id=2, recipe="b", recipe_revision=5)
PREVIEW = ProductPreview(
    product=B,
    seal="s",
    facts=(ProductFact(key="job", old="1", new="2"), ProductFact(key="light", old="on", new="on")),
)
SHELF = Shelf(products=(A, B), chosen="b", preview=PREVIEW)


def test_what_changes_is_told_apart_and_a_fact_of_a_newer_station_goes_by_its_key() -> None:
    view = present_product(lens(state()), SHELF)
    assert [(row.label, row.is_changed) for row in view.rows] == [("Job at the PLC", True), ("light", False)]
    assert (view.confirm, view.head) == ("Change to Flange B", "What changes")


@pytest.mark.parametrize(
    ("then", "labels"),
    [
        (("0.6", "0.4"), ["NG from"]),
        (("0.6", "0.6"), ["OK from", "NG from"]),
        (("as trained", "0.4"), ["OK from", "NG from"]),
    ],
)
def test_two_limits_that_meet_are_told_as_one(then: tuple[str, str], labels: list[str]) -> None:
    limits = (
        ProductFact(key="accept_min", old="0.244", new=then[0]),
        ProductFact(key="reject_min", old="0.756", new=then[1]),
    )
    shelf = Shelf(products=(A, B), chosen="b", preview=PREVIEW.model_copy(update={"facts": limits}))
    assert [row.label for row in present_product(lens(state()), shelf).rows] == labels


def test_what_is_not_known_is_not_shown_as_nothing() -> None:
    view = present_product(lens(state()), Shelf())
    assert (view.quiet, view.cards, view.confirm) == ("Not known at the moment", (), "")


def test_whoever_may_not_is_told() -> None:
    assert not present_product(lens(state(), user="Eve", role="new_role"), SHELF).confirm
    assert present_product(lens(state(), user="Ada", role="operator"), SHELF).confirm


@pytest.mark.parametrize(
    ("plc_job", "job_id", "differs", "said"),
    [
        (2, 1, True, "The PLC runs job 2, the station job 1"),
        (1, 1, False, "The PLC runs job 1, as the station does"),
        (0, 1, False, "The PLC does not say which job it runs"),
        (2, 0, False, "This product has no job at the PLC"),
    ],
)
def test_the_jobs_of_plc_and_station_are_compared_where_both_are_known(
    plc_job: int, job_id: int, differs: bool, said: str
) -> None:
    view = present_product(lens(state(plc_job=plc_job, job_id=job_id)), SHELF)
    assert (view.plc, view.plc_differs) == (said, differs)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("phase", list(ChangePhase))
def test_each_phase_says_how_far_it_is_and_only_one_that_is_over_can_be_followed_by_another(
    phase: ChangePhase, language: str
) -> None:
    change = ProductChange(phase=phase.name, title="Flange B", told_ns=NOW_NS, ended_ns=NOW_NS + 2 * SECOND)
    view = present_product(lens(state(change=change), language=language), SHELF)
    if phase is ChangePhase.NONE:
        assert view.progress is None
        return
    assert view.progress is not None
    marks = [mark for _, mark in view.progress.steps]
    here = [mark for mark in marks if mark in (StepMark.NOW, StepMark.FAILED)]
    assert len(here) == (0 if phase is ChangePhase.DONE else 1)
    assert bool(view.confirm) is not view.progress.is_under_way
    assert "Flange B" in view.progress.text or phase is ChangePhase.TELLING


def test_a_phase_of_a_newer_station_is_no_progress() -> None:
    assert present_product(lens(state(change=ProductChange(phase="DREAMING"))), SHELF).progress is None
