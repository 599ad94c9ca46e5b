from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import ProtocolError, ProtocolVersionError
from inspector.protocol import (
    FACTS,
    MAX_COMMAND_BYTES,
    MAX_FACT_BYTES,
    AlarmView,
    Command,
    Counters,
    Event,
    Fact,
    FrameHeader,
    Heartbeat,
    LeaseView,
    Message,
    Reply,
    Result,
    Snapshot,
    StationState,
    Topic,
    Versioned,
    body_as,
    check_version,
    decode,
    done,
    encode,
    id_of,
)

KINDS: list[type[Versioned]] = [Command, Reply, Fact[Message], *FACTS.values()]
FACT = FACTS[Topic.RESULT](
    epoch=1,
    seq=2,
    t_ns=3,
    body=Result(session=1, ordinal=2, tag=2, evaluation="NG", class_name="Kratzer 划痕 🙂"),
)
COMMAND = Command(id="1", client="c", kind="line.hold", args={"reason": "jam"})
SAMPLES = [encode(FACT), encode(COMMAND), encode(done(LeaseView(name="Panel")))]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    ["v", "id", "client", "kind", "args", "epoch", "seq", "t_ns", "body", "ok", "timeout_ms"]
)
near_misses = st.dictionaries(names, json_values, max_size=8).map(
    lambda fields: json.dumps({"v": "1.0"} | fields).encode()
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound message with bytes cut out, doubled or changed."""
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 20)))
    data[start:end] = draw(st.binary(max_size=20))
    return bytes(data)


@given(st.binary(max_size=300) | near_misses | damaged(), st.sampled_from(KINDS))
def test_any_bytes_give_a_message_or_the_one_error(data: bytes, kind: type[Versioned]) -> None:
    try:
        message = decode(data, kind)
    except ProtocolError:
        return
    assert isinstance(message, kind)
    assert decode(encode(message), kind) == message


@given(st.dictionaries(st.text(max_size=10), json_values, max_size=5))
def test_a_reply_of_any_other_shape_is_no_snapshot(body: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        body_as(body, Snapshot)


@given(st.text(max_size=200))
def test_any_name_survives_the_way(name: str) -> None:
    event = Fact[Event](epoch=1, seq=1, t_ns=1, body=Event(text=name))
    assert decode(encode(event), Fact[Event]) == event


def test_every_topic_has_one_kind_of_message_and_is_no_beginning_of_another() -> None:
    assert set(FACTS) == set(Topic)
    assert not [(a, b) for a in Topic for b in Topic if a != b and b.startswith(a)]


@pytest.mark.parametrize("version", ["2.0", "0.9", "999.0"])
def test_another_major_version_is_named_before_anything_else(version: str) -> None:
    with pytest.raises(ProtocolVersionError, match="do not understand each other"):
        decode(json.dumps({"v": version, "unheard": "of"}).encode(), Command)


@pytest.mark.parametrize(
    "version", ["", "1", "one.two", "1.", ".1", "-1.0", "1.0.0", "²." + "0", "9" * 7 + ".0"]
)
def test_what_is_no_version_is_malformed(version: str) -> None:
    with pytest.raises(ProtocolError, match="is no version"):
        check_version(version)


def test_a_newer_minor_version_is_understood() -> None:
    data = json.loads(encode(FACT))
    data["v"], data["new"], data["body"]["newer"] = "1.7", 1, {"a": []}
    assert decode(json.dumps(data).encode(), FACTS[Topic.RESULT]).body == FACT.body


def test_what_is_over_the_limit_is_neither_sent_nor_read() -> None:
    with pytest.raises(ProtocolError, match="over the limit"):
        decode(b" " * (MAX_FACT_BYTES + 1), Command)
    large = COMMAND.model_copy(update={"args": {"x": "y" * MAX_COMMAND_BYTES}})
    with pytest.raises(ProtocolError, match="over the limit"):
        encode(large, MAX_COMMAND_BYTES)


def test_what_is_no_text_is_not_sent() -> None:
    with pytest.raises(ProtocolError, match="cannot be sent"):
        encode(Event.model_construct(text="\ud800"))


@pytest.mark.parametrize(
    "body",
    [
        Result(session=1, ordinal=1, tag=1, evaluation="OK"),
        StationState(state="EXECUTE", parts_now="not_affected"),
        AlarmView(id="late", priority=1, state="returned", details={"ms": 5.5, "part": 3, "who": "x"}),
        Counters(causes={"NG": 3}),
        Event(text="door open"),
        LeaseView(),
        Heartbeat(utc_ns=1),
        FrameHeader(width_px=1, height_px=1, frame_id=1),
    ],
    ids=lambda body: type(body).__name__,
)
def test_every_payload_comes_back_as_it_was(body: Message) -> None:
    kind = Fact[type(body)]  # type: ignore[misc]
    assert decode(encode(kind(epoch=1, seq=1, t_ns=1, body=body)), kind).body == body


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"seq": -1}, "seq"),
        ({"seq": 1 << 63}, "seq"),
        ({"seq": "1"}, "seq"),
        ({"seq": True}, "seq"),
        ({"body": {"session": 1, "ordinal": 1, "tag": 1, "evaluation": "x" * 4097}}, "body.evaluation"),
        (
            {"body": {"session": 1, "ordinal": 1, "tag": 1, "evaluation": "OK", "score_permille": 1001}},
            "permille",
        ),
    ],
)
def test_a_refusal_names_the_field(fields: dict[str, object], place: str) -> None:
    data = json.dumps(json.loads(encode(FACT)) | fields).encode()
    with pytest.raises(ProtocolError, match=place):
        decode(data, FACTS[Topic.RESULT])


def test_a_request_id_is_found_in_a_message_of_any_version() -> None:
    assert id_of(b'{"v":"9.0","id":"abc","x":[]}') == "abc"
    assert id_of(b'{"id":7}') == id_of(b"\xff") == id_of(b"") == ""


def test_who_sends_is_never_read_from_the_message() -> None:
    assert "peer" not in json.loads(encode(COMMAND.model_copy(update={"peer": "local"})))
    assert "attachments" not in json.loads(encode(Reply(attachments=(b"x",))))
