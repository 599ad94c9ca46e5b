"""Rows name the classes of the bundle that judged them, whatever is in use by now."""

from __future__ import annotations

from pathlib import Path

from inspector.sharedmem import ClassNames


def test_a_reader_finds_what_is_added_later(tmp_path: Path) -> None:
    writer, reader = ClassNames(tmp_path), ClassNames(tmp_path, ("usual",))
    assert reader.of(1) == ("usual",)
    writer.add(1, ("ok", "dent"))
    writer.add(2, ("good", "bad"))
    assert (reader.of(1), reader.of(2), reader.of(3)) == (("ok", "dent"), ("good", "bad"), ("usual",))


def test_a_launcher_that_was_started_anew_keeps_the_names_of_older_rows(tmp_path: Path) -> None:
    ClassNames(tmp_path).add(1, ("ok",))
    ClassNames(tmp_path).add(2, ("good",))
    assert ClassNames(tmp_path).of(1) == ("ok",)


def test_a_list_that_cannot_be_read_gives_the_usual_names(tmp_path: Path) -> None:
    (tmp_path / "classes.json").write_text("{")
    assert ClassNames(tmp_path, ("ok",)).of(1) == ("ok",)
