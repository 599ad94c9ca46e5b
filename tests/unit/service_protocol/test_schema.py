from __future__ import annotations

import json
from pathlib import Path

from inspector.protocol import FACTS, Topic, schema

DOCUMENTED = Path(__file__).parents[3] / "docs" / "service.schema.json"


def test_the_documented_schema_is_that_of_the_code() -> None:
    """Write it anew with `json.dumps(schema(), indent=1, ensure_ascii=False)` and a newline."""
    assert json.loads(DOCUMENTED.read_text(encoding="utf-8")) == schema()


def test_it_names_every_topic_and_says_what_fields_mean() -> None:
    documented = schema()
    assert set(documented["topics"]) == set(Topic) == set(FACTS)
    definitions = documented["$defs"]
    assert all(place.removeprefix("#/$defs/") in definitions for place in documented["topics"].values())
    assert definitions["Command"]["required"][0] == "v"
    assert "peer" not in definitions["Command"]["properties"]
    assert definitions["StationState"]["properties"]["parts_now"]["description"].startswith("What happens")
