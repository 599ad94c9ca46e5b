from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path

import pytest

from inspector.domain.alarm_texts import names_in
from inspector.domain.told import Telling, recognise, tell, text_of
from inspector.domain.told_texts import ENGLISH, Told
from inspector.errors import DeviceUnavailableError, ProtocolError
from inspector.protocol import Code, refused
from inspector.service._logbook import event
from inspector.sharedmem import ProductBoard, ProductNotice

codes = pytest.mark.parametrize("code", Told)
naming = pytest.mark.parametrize("code", [code for code in Told if names_in(ENGLISH[code])])


def example(code: Told) -> Telling:
    return tell(code, **{name: f"<{name}>" for name in names_in(ENGLISH[code])})


def test_every_sentence_is_written_down_once() -> None:
    assert set(ENGLISH) == set(Told)
    assert len(set(ENGLISH.values())) == len(ENGLISH)


@codes
def test_a_sentence_that_has_crossed_a_file_is_the_same_again(code: Told) -> None:
    said = example(code)
    found = recognise(str(said) + "")
    assert found is not None
    assert (found.code, dict(found.details), str(found)) == (code, dict(said.details), str(said))


@codes
def test_a_sentence_has_words_enough_of_its_own(code: Told) -> None:
    own = re.sub(r"\{[^}]*\}", "", ENGLISH[code])
    assert len(re.sub(r"\W", "", own)) >= 4


@pytest.mark.parametrize("text", ["", "Flux is low", "part", "held by Ada", "a: b", "x" * 5_000, "line held"])
def test_what_nobody_has_told_is_not_recognised(text: str) -> None:
    assert recognise(text) is None


def test_what_people_have_typed_may_stand_in_a_sentence() -> None:
    found = recognise(tell(Told.LINE_HELD, who="Ada: {x} 1; line held: \u202e🙂\nand now: no camera"))
    assert found is not None
    assert found.code is Told.LINE_HELD


def test_a_sentence_that_is_cut_off_or_longer_than_any_is_none_of_these() -> None:
    said = str(tell(Told.LINE_HELD, who="x" * 3_000))
    assert recognise(said) is None
    assert recognise(said[:1_000]) is not None
    assert recognise(str(tell(Told.PARTS_UNRECORDED, count=3))[:-1]) is None


@naming
def test_half_a_sentence_typed_many_times_over_takes_no_time(code: Told) -> None:
    first, *inner, last = re.split(r"\{\w+\}", ENGLISH[code])
    hostile = first + "".join(words * (300 // len(words)) for words in inner)
    # Tried in every way in which its words could stand, one of these would take minutes.
    found = recognise(hostile[:1_600] + last[:-1])
    assert found is None or found.code is not code or not last


@naming
def test_words_that_overlap_are_no_sentence(code: Told) -> None:
    own = re.split(r"\{\w+\}", ENGLISH[code])
    found = recognise("".join(own)[:-1])
    assert found is None or found.code is not code or not own[-1]


def test_a_name_that_is_missing_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        tell(Told.USER_CHANGED)


def test_an_error_keeps_its_sentence_whatever_its_kind() -> None:
    for error in (ProtocolError(tell(Told.NOT_HELD)), DeviceUnavailableError(tell(Told.NOBODY_LISTENS))):
        assert isinstance(text_of(error), Telling)
    assert text_of(ProtocolError("plain")) == "plain"
    assert text_of(ProtocolError()) == ""


def test_a_refusal_travels_with_its_code_and_what_it_names() -> None:
    reply = refused(Code.CONFLICT, tell(Told.USER_CHANGED, name="Olga"))
    assert reply.reason == "Olga was changed meanwhile; read the list again"
    assert reply.body == {"refusal": "user_changed", "details": {"name": "Olga"}}
    assert refused(Code.INVALID, "sent_ns is missing").body == {}
    assert type(reply.reason) is str


def test_a_line_of_the_log_travels_with_its_code_and_what_it_names() -> None:
    line = event("service", tell(Told.PARTS_PASSED_OVER, count=7), "Ada")
    assert (line.telling, line.details, line.user) == ("parts_passed_over", {"count": 7}, "Ada")
    assert line.utc_ns > 0
    assert (event("line", "by hand").telling, event("line", "by hand").details) == ("", {})


@codes
def test_a_sentence_stays_what_it_is_when_it_is_copied_or_goes_to_another_process(code: Told) -> None:
    said = example(code)
    for copied in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert (copied, copied.code, dict(copied.details)) == (said, said.code, dict(said.details))


def test_a_telling_goes_wherever_a_text_goes_also_over_a_notice_board(tmp_path: Path) -> None:
    board = ProductBoard.ensure(tmp_path / "board")
    reason = tell(Told.STATION_ENDED, code=-9)
    board.publish(ProductNotice(reason=reason))
    assert board.read().reason == reason
