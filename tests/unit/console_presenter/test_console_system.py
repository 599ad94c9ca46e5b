from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from console_facts import NOON_NS, SECOND, lens, state

from inspector.domain.access import PERMISSIONS, Permission, Role
from inspector.domain.alarms import AlarmChange
from inspector.protocol import Event
from inspector_console.places import Place
from inspector_console.presenter import (
    AuditFilter,
    AuditState,
    Link,
    PanelState,
    SaveState,
    Software,
    UsersState,
    may,
    present_audit,
    present_log,
    present_panel,
    present_save,
    present_users,
    present_versions,
)
from inspector_console.settings import Settings
from inspector_console.words import Words

ADA = {"user": "Ada", "role": "admin"}
SOFTWARE = Software(console="1", python="3.11.7", qt="6.11.3", pyside="6.11.3", texts="/x")
HOUR = 3600 * SECOND


def record(**fields: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"seq": 7, "utc": "2027-01-15T12:00:00.000000Z", "user": "Ada", "role": "admin"}
    return usual | {"act": "line.hold", "target": "", "result": "done", "reason": ""} | fields


def account(name: str = "Olga", **fields: Any) -> dict[str, Any]:
    usual = {"id": "u1", "name": name, "role": "operator", "is_pin": True, "revision": 3, "wait_s": 0.0}
    return usual | {"changed_utc": "2026-11-02T08:00:00Z"} | fields


# -- who may


@pytest.mark.parametrize("role", list(Role))
def test_what_somebody_may_is_what_the_service_would_say(role: Role) -> None:
    seen = lens(state(), user="Ada", role=role.value)
    assert {permission for permission in Permission if may(seen, permission)} == PERMISSIONS[role]


def test_nobody_and_a_role_of_the_future_may_not_manage_users() -> None:
    assert not may(lens(state()), Permission.MANAGE_USERS)
    assert not may(lens(state(), user="Ada", role="wizard"), Permission.VIEW)


@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_that_can_be_allowed_done_or_happen_has_words(language: str) -> None:
    words = Words(language)
    silent = {Permission.VIEW, Permission.VIEW_AUDIT}  # are never written down
    for permission in Permission:
        assert words.right(permission) != permission
        assert permission in silent or words.act(permission) != permission
    unsaid = [change for change in AlarmChange if Words("de").alarm_change(change) == change]
    assert unsaid == []


def test_what_the_service_has_said_of_somebody_s_rights_comes_first() -> None:
    seen = lens(state(), user="Ada", role="operator", permissions=frozenset({"users.manage"}))
    assert may(seen, Permission.MANAGE_USERS)
    assert not may(seen, Permission.VIEW)


# -- log


def test_the_log_is_newest_first_with_the_plant_s_time() -> None:
    events = [Event(source="station", text=f"e{n}", utc_ns=NOON_NS + n * SECOND) for n in range(3)]
    rows = present_log(lens(state(), *events)).rows
    assert [row.text for row in rows] == ["e2", "e1", "e0"]
    assert (rows[0].lead, rows[0].lead_more, rows[0].tail) == ("12:00:02", "2027-01-15", "Station")


def test_an_alarm_in_the_log_is_told_in_the_language_that_is_spoken() -> None:
    event = Event(source="alarm", text="ng_run raised: …", alarm="ng_run", change="raised", utc_ns=NOON_NS)
    assert present_log(lens(event, language="de")).rows[0].text.endswith("gekommen")
    newer = event.model_copy(update={"alarm": "of_the_future"})
    assert present_log(lens(newer, language="de")).rows[0].text == "ng_run raised: …"


def test_a_log_that_is_not_known_is_not_called_empty() -> None:
    assert present_log(lens(link=Link.CONNECTING)).quiet == "Not known: no connection to the station"
    assert present_log(lens()).quiet == "Nothing has happened yet"


def test_who_may_not_export_is_told_who_may() -> None:
    view = present_log(lens(state(), user="Olga", role="operator"))
    assert (view.export, view.may_not) == (
        "",
        "To export, log in as: Shift lead, Quality, Engineer, Administrator",
    )
    assert present_log(lens(state(), **ADA)).may_not == ""


# -- versions


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/opt/inspector/licences", "/opt/inspector/licences"),
        (
            "/home/line/inspector/.venv/lib/python3.11/site-packages/inspector_console/resources/licences",
            "/home/…/site-packages/inspector_console/resources/licences",
        ),
        ("/" + "x" * 90, "/" + "x" * 90),
    ],
)
def test_a_long_path_goes_without_its_middle(path: str, said: str) -> None:
    own = Software(console="1", python="3", qt="6", pyside="6", texts=path)
    rows = present_versions(lens(state(), **ADA), own).rows
    assert [row.more for row in rows if said in row.more] == [f"Full texts: {said}"]


# -- audit


def test_an_operator_sees_no_records_even_if_the_console_has_some() -> None:
    view = present_audit(lens(state(), user="Olga", role="operator"), AuditState(records=(record(),)))
    assert view.rows == ()
    assert "Shift lead, Quality, Engineer, Administrator" in view.may_not


def test_a_record_says_who_what_from_what_to_what_and_why() -> None:
    change = record(
        act="users.manage",
        target="0123456789abcdef",
        old={"name": "Olga", "role": "operator"},
        new={"role": "shift_lead", "secret": False, "name": None},
        reason="Other duties",
    )
    row = present_audit(lens(state(), **ADA), AuditState(records=(change,))).rows[0]
    assert row.text == "Ada (Administrator): changed a user · Olga"
    assert row.more == "role: Operator → Shift lead · Other duties"
    assert (row.lead, row.tail, row.is_quiet) == ("12:00:00", "done", False)


@pytest.mark.parametrize(
    ("act", "old", "new", "said"),
    [
        ("users.manage", None, {"role": "operator"}, "added a user · Olga"),
        ("users.manage", {"name": "Olga"}, "deleted", "deleted a user · Olga"),
        ("users.manage", {"name": "Olga"}, "unlocked", "unlocked a user · Olga"),
        ("alarm.out_of_service", None, "put back", "put back in service · Olga"),
        ("export", None, {"records": 3}, "exported · Olga"),
        ("recipe.edit", None, None, "changed the recipe · Olga"),
    ],
)
def test_a_record_names_what_exactly_was_done(act: str, old: Any, new: Any, said: str) -> None:
    done = record(act=act, target="Olga", old=old, new=new)
    row = present_audit(lens(state(), **ADA), AuditState(records=(done,))).rows[0]
    assert row.text == f"Ada (Administrator): {said}"
    assert str(new) not in row.more  # the verb has said it


def test_of_several_values_only_those_are_told_that_have_changed() -> None:
    old = {"judgement": "dont_know", "class": "dent", "note": "x"}
    label = record(act="reject.label", old=old, new=old | {"judgement": "real_defect"})
    row = present_audit(lens(state(), **ADA), AuditState(records=(label,))).rows[0]
    assert row.more == "judgement: don't know → real defect"


def test_the_filters_say_what_they_are_and_what_is_chosen() -> None:
    wanted = AuditState(wanted=AuditFilter(act="line"), records=())
    assert present_audit(lens(state(), **ADA), wanted).filters == (
        ("Person", "Everybody", False),
        ("Acts", "Line", True),
        ("Time", "All times", False),
    )


def test_what_went_wrong_stands_before_everything_else() -> None:
    bad = record(act="export", result="failed: the disk is full", reason="x")
    row = present_audit(lens(state(), **ADA), AuditState(records=(bad,))).rows[0]
    assert (row.more, row.tail) == ("failed: the disk is full · x", "")


@pytest.mark.parametrize(
    "damage", [{"utc": 7}, {"utc": "yesterday"}, {"old": [1, {"x": [None]}]}, {"act": None}, {"role": 3}]
)
def test_a_record_of_another_shape_is_shown_as_far_as_it_can_be(damage: dict[str, Any]) -> None:
    assert len(present_audit(lens(state(), **ADA), AuditState(records=(record(**damage),))).rows) == 1


def test_a_broken_chain_is_told_before_lines_that_were_passed_over() -> None:
    chain = {"records": 9, "broken": {"seq": 4, "file": "audit-1.jsonl", "why": "its content does not fit"}}
    view = present_audit(lens(state(), **ADA), AuditState(records=(), unreadable=2, chain=chain))
    assert (view.note, view.is_wrong) == (
        "Broken at record 4: audit-1.jsonl: its content does not fit",
        True,
    )
    view = present_audit(lens(state(), **ADA), AuditState(records=(), unreadable=2))
    assert (view.note, view.is_wrong) == ("2 damaged lines were passed over; check the chain", True)
    whole = AuditState(records=(), chain={"records": 12345, "broken": None})
    view = present_audit(lens(state(), **ADA), whole)
    assert (view.note, view.is_wrong) == ("Whole: 12\u2009345 records, each as it was written", False)


def test_a_question_goes_back_from_the_station_s_time() -> None:
    wanted = AuditFilter(user="Ada", act="line", hours=8)
    assert wanted.args(NOON_NS) == {"user": "Ada", "act": "line", "since_utc_ns": NOON_NS - 8 * HOUR}
    assert "since_utc_ns" not in AuditFilter().args(NOON_NS)
    assert "since_utc_ns" not in wanted.args(0)


# -- users


def test_an_admin_can_do_everything_to_others_and_cannot_lock_himself_out() -> None:
    users = UsersState(users=(account("Ada", role="admin"), account(wait_s=301.0)))
    mine, other = present_users(lens(state(), **ADA), users).lines
    assert [act for act, _ in mine.acts] == ["name", "badge"]
    assert {act for act, _ in other.acts} == {"role", "name", "secret", "delete", "badge", "unlock"}
    assert other.locked == "Locked for 6 min"


def test_who_has_a_badge_is_told_and_it_can_be_taken_away() -> None:
    users = UsersState(users=(account(has_badge=True),))
    (line,) = present_users(lens(state(), **ADA), users).lines
    assert line.detail.startswith("PIN · badge · ")
    assert "no_badge" in {act for act, _ in line.acts}


def test_others_see_no_accounts_but_who_may_what() -> None:
    view = present_users(lens(state(), user="Olga", role="operator"), UsersState(users=(account(),)))
    assert (view.lines, view.add) == ((), "")
    assert view.own_secret
    assert view.may_not == "Accounts are made and changed by: Administrator"
    rights = {row.text: row for row in view.rights}
    assert rights["Judge rejects"].tail == "you may"
    assert rights["Manage users"].tail == ""
    assert rights["Manage users"].more == "Administrator"


def test_nobody_is_told_to_log_in_and_has_no_button() -> None:
    view = present_users(lens(state()), UsersState())
    assert (view.title, view.own_secret, view.add) == ("Nobody has logged in here", "", "")


# -- versions


def test_another_version_of_the_station_is_marked() -> None:
    rows = present_versions(lens(state(bundle="flange 3", bundle_digest="ab" * 32)), SOFTWARE).rows
    assert (rows[0].text, rows[0].is_wrong) == ("Inspector 1", False)
    assert (rows[1].text, rows[1].more) == ("flange 3", "ab" * 32)
    newer = Software(console="2", python="3.11.7", qt="6.11.3", pyside="6.11.3")
    rows = present_versions(lens(state()), newer).rows
    assert rows[0].is_wrong


def test_the_licence_of_qt_says_that_it_may_be_replaced() -> None:
    text = " ".join(f"{row.text} {row.more}" for row in present_versions(lens(), SOFTWARE).rows)
    assert "LGPL-3.0" in text
    assert "replace" in text


# -- this panel


def test_a_new_diagonal_is_offered_then_on_trial() -> None:
    chosen = Settings(diagonal_inch=21.5)
    assert present_panel(lens(), chosen, 21.5).apply == ""
    assert present_panel(lens(), chosen, 15.6).apply == "Apply"
    trial = present_panel(lens(), chosen, 21.5, PanelState(trial_s=12))
    assert (trial.apply, trial.keep) == ("", "Keep (12)")


def test_what_the_command_line_says_and_what_could_not_be_kept_is_told() -> None:
    told = PanelState(fixed=frozenset({"palette"}), path="/x.toml", trouble="Read-only file system")
    notes = present_panel(lens(), Settings(), 21.5, told).notes
    assert notes == (
        "In force, but not kept for the next start: /x.toml: Read-only file system",
        "At the next start the command line decides again: Colours",
    )


# -- saving


def test_only_places_that_take_a_file_can_be_touched_and_the_others_are_named() -> None:
    found = (
        Place(path=Path("/media/KINGSTON"), is_writable=False),
        Place(path=Path("/media/USB"), free_bytes=7_900_000_000),
        Place(path=Path("/home/op"), is_home=True, free_bytes=0),
    )
    view = present_save(lens(), SaveState(places=found))
    assert view.places == (
        ("/media/USB", "USB · 7.9 GB free"),
        ("/home/op", "This machine: op · 0 B free"),
    )
    assert view.note == "Cannot be written to: KINGSTON"


def test_what_came_of_it_is_said_with_path_and_size_or_why_not() -> None:
    saved = SaveState(places=(), saved=("/media/USB/log.csv", 12_345, 678))
    view = present_save(lens(), saved)
    assert (view.note, view.close) == ("Saved: /media/USB/log.csv (12.3 kB, 678 lines)", "Close")
    failed = present_save(lens(), SaveState(places=(), trouble="/media/USB: No space left on device"))
    assert (failed.note, failed.is_wrong) == ("Not saved: /media/USB: No space left on device", True)
