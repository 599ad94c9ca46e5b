"""A backup holds what a station needs to be set up again; restoring one loses nothing, and trusts no file."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.app._backup import MANIFEST, make_backup, save_backup
from inspector.app._places import claim_data_dir
from inspector.app._restore import check_backup, restore_backup
from inspector.cli import main
from inspector.config import StationConfig, load_config
from inspector.domain.labels import Judgement, Label, RowId
from inspector.errors import BackupError, ConfigError
from inspector.recorder._labels import labels_of, put_label


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """Write a station with a folder of products, a bundle, keys, and things that people have done."""
    home = tmp_path / "etc"
    products, bundle, keys, data = home / "products", home / "bundle", home / "keys", tmp_path / "data"
    for folder in (
        products,
        bundle / "golden",
        keys / "clients",
        data / "service" / "audit",
        data / "images",
    ):
        folder.mkdir(parents=True)
    (products / "flange.png").write_bytes(b"a picture")
    (bundle / "model.onnx").write_bytes(b"weights")
    (bundle / "golden" / "ok.png").write_bytes(b"golden")
    (keys / "server.key").write_text("secret")
    (keys / "clients" / "panel-2.pub").write_text("public")
    (data / "identity").write_text("0123\n")
    (data / "outbox.db").write_bytes(b"rows")
    (data / "images" / "1.png").write_bytes(b"reject")
    (data / "service" / "users.json").write_text("{}")
    (data / "service" / "users.json.part").write_text("half")
    (data / "service" / "audit" / "1.jsonl").write_bytes(b'{"seq": 1}\n{"seq": 2}\n{"se')
    label = Label(judgement=Judgement.FALSE_REJECT, user_id="1", user="Ada", console="Panel", utc_ns=1)
    put_label(data, RowId(1, 7), label, {"tag": 7}, None)
    config = home / "station.toml"
    config.write_text(
        f'[station]\nname = "hall-3"\ndata_dir = "{data}"\n[camera]\nkind = "sim"\n[plc]\nkind = "sim"\n'
        '[products]\nfolder = "products"\n[bundle]\npath = "bundle"\n[service]\nkeys = "keys"\n'
    )
    return config


@pytest.fixture
def backup(station: Path, tmp_path: Path) -> Path:
    save_backup(load_config(station), station, tmp_path / "station.zip")
    return tmp_path / "station.zip"


def test_it_holds_what_people_have_made_and_neither_rows_nor_images_nor_what_is_half_written(
    backup: Path,
) -> None:
    assert {file.name for file in check_backup(backup).files} == {
        "bundles/0/bundle/golden/ok.png",
        "bundles/0/bundle/model.onnx",
        "config/station.toml",
        "data/identity",
        "data/labels.db",
        "data/service/audit/1.jsonl",
        "data/service/users.json",
        "keys/clients/panel-2.pub",
        "keys/server.key",
        "products/flange.png",
    }


def test_restored_into_an_empty_folder_everything_is_as_it_was(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    done = restore_backup(backup, new)
    assert done.set_aside is None
    assert (new / "service" / "users.json").read_text() == "{}"
    assert (new / "identity").read_text() == "0123\n"
    (label,) = labels_of(new, RowId(1, 7))
    assert (label.user, label.judgement) == ("Ada", Judgement.FALSE_REJECT)
    assert done.beside is not None
    assert (done.beside / "keys" / "server.key").read_text() == "secret"
    assert (done.beside / "bundles" / "0" / "bundle" / "model.onnx").read_bytes() == b"weights"
    assert not [path for path in new.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]


def test_a_line_that_is_being_written_is_left_out(backup: Path, tmp_path: Path) -> None:
    restore_backup(backup, tmp_path / "new")
    kept = (tmp_path / "new" / "service" / "audit" / "1.jsonl").read_bytes()
    assert kept == b'{"seq": 1}\n{"seq": 2}\n'


def test_what_was_there_is_set_aside_and_rows_and_images_stay(
    backup: Path, station: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    (data / "service" / "users.json").write_text('{"of": "today"}')
    (data / "identity").write_text("4567\n")
    done = restore_backup(backup, data)
    assert (data / "service" / "users.json").read_text() == "{}"
    assert done.set_aside is not None
    assert (done.set_aside / "service" / "users.json").read_text() == '{"of": "today"}'
    assert (data / "outbox.db").read_bytes() == b"rows"
    assert (data / "images" / "1.png").read_bytes() == b"reject"
    # The rows go by the number that is there.
    assert (data / "identity").read_text() == "4567\n"


def test_while_the_line_runs_nothing_is_restored(backup: Path, tmp_path: Path) -> None:
    claim = claim_data_dir(tmp_path / "data")
    try:
        with pytest.raises(ConfigError, match="in use by another line"):
            restore_backup(backup, tmp_path / "data")
    finally:
        claim.release()
    assert not list((tmp_path / "data").glob("*restore*"))


def test_after_an_attempt_that_was_cut_short_it_can_be_restored_again(backup: Path, tmp_path: Path) -> None:
    left = tmp_path / "new" / "restore.part" / "data" / "service"
    left.mkdir(parents=True)
    (left / "users.json").write_text("half")
    restore_backup(backup, tmp_path / "new")
    assert (tmp_path / "new" / "service" / "users.json").read_text() == "{}"
    assert not (tmp_path / "new" / "restore.part").exists()


def test_no_room_is_said_before_anything_is_touched(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(BackupError, match="where 1 MB are free; make room"):
        restore_backup(backup, tmp_path / "data")
    assert (tmp_path / "data" / "service" / "users.json.part").exists()


# -- files that are no good


def _remade(backup: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    bad = backup.with_name("bad.zip")
    with zipfile.ZipFile(bad, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return bad


def _edited(files: dict[str, bytes], old: str, new: str) -> None:
    files[MANIFEST] = files[MANIFEST].replace(old.encode(), new.encode())


def _renamed(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        _edited(files, "data/service/users.json", json.dumps(name)[1:-1])
        files[name] = files.pop("data/service/users.json")

    return change


@pytest.mark.parametrize(
    "name",
    [
        "../../users.json",
        "/etc/passwd",
        "data/../../x",
        "data",
        "elsewhere/x",
        "data//x",
        "data/a\\b",
        "data/.",
    ],
)
def test_a_file_that_would_land_elsewhere_is_refused_and_nothing_is_written(
    backup: Path, tmp_path: Path, name: str
) -> None:
    bad = _remade(backup, _renamed(name))
    with pytest.raises(BackupError, match=r"belongs to no backup|disagree|damaged"):
        restore_backup(bad, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda files: files.update({"data/service/users.json": b"[]"}),
            r"users.json is damaged \(SHA-256\)",
        ),
        (lambda files: files.update({"data/service/users.json": b"[1]"}), "not as long as"),
        (lambda files: files.pop("data/identity"), "disagree about 'data/identity'"),
        (lambda files: files.update({"data/more": b""}), "disagree about 'data/more'"),
        (lambda files: files.pop(MANIFEST), "it has no manifest.json"),
        (lambda files: files.update({MANIFEST: b"{}"}), "cannot be read"),
        (lambda files: _edited(files, '"1.0"', '"2.0"'), "has version 2.0, this program reads 1.0"),
    ],
)
def test_a_file_that_was_changed_is_refused(
    backup: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    with pytest.raises(BackupError, match=said):
        check_backup(_remade(backup, change))


def test_a_file_that_was_cut_short_is_refused(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-200])
    with pytest.raises(BackupError, match="damaged, or no backup of a station"):
        check_backup(backup)


def test_every_flipped_byte_is_found_or_changes_nothing(backup: Path, tmp_path: Path) -> None:
    whole, names = backup.read_bytes(), [file.name for file in check_backup(backup).files]
    for at in range(0, len(whole), 97):
        bad = bytearray(whole)
        bad[at] ^= 0x55
        backup.write_bytes(bytes(bad))
        try:
            assert [file.name for file in check_backup(backup).files] == names
        except BackupError:
            continue


# -- making one


def test_a_link_is_not_followed(station: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "service" / "link").symlink_to("/etc/passwd")
    manifest = save_backup(load_config(station), station, tmp_path / "linked.zip")
    assert not [file for file in manifest.files if "link" in file.name]


def test_what_cannot_be_read_ends_it_and_leaves_no_file(
    station: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("inspector.app._backup.read_regular", denied)
    with pytest.raises(BackupError, match="cannot be read for the backup: Permission denied"):
        save_backup(load_config(station), station, tmp_path / "station.zip")
    assert not list(tmp_path.glob("station.zip*"))


def test_embedded_defaults_make_a_backup_without_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "identity").write_text("1\n")
    config = StationConfig.model_validate(
        {"station": {"data_dir": str(tmp_path)}, "camera": {"kind": "sim"}, "plc": {"kind": "sim"}}
    )
    with (tmp_path / "out.zip").open("wb") as out:
        manifest = make_backup(config, None, out)
    assert [file.name for file in manifest.files] == ["data/identity"]


# -- the commands


def test_the_commands_make_check_and_restore(
    station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, new = str(tmp_path / "b.zip"), str(tmp_path / "new")
    assert main(["backup", "make", out, "--config", str(station)]) == 0
    assert main(["backup", "check", out]) == 0
    assert main(["backup", "restore", out, "--data-dir", new]) == 0
    said = capsys.readouterr().out
    assert "b.zip is whole: 10 files" in said
    assert str(station.parent / "keys") in said  # where what belongs elsewhere came from
    assert main(["backup", "restore", out, "--data-dir", new, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["station"], document["files"]) == ("hall-3", 10)
    assert Path(document["set_aside"]).is_dir()


def test_a_file_that_is_there_is_not_overwritten(
    station: Path, backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = backup.read_bytes()
    assert main(["backup", "make", str(backup), "--config", str(station)]) == 2
    assert "is there already; name another file" in capsys.readouterr().err
    assert backup.read_bytes() == before
