"""The computer, and a backup of the station: what a console asks about them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from inspector.clock import utc_ns
from inspector.domain.access import Permission
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import BackupError
from inspector.files import private_folder, read_regular, replacing
from inspector.protocol import MAX_REPLY_BYTES, BackupView, Command, Machine, Reply, done
from inspector.service._access import Access
from inspector.service._accounts import Act
from inspector.service._audit_record import AuditEntry
from inspector.service._desk import Later
from inspector.service._options import MakeBackup, ReadMachine

MACHINE_KINDS: Final = frozenset({"machine.read", "backup.make"})


class _Bounded(io.BytesIO):
    """Memory for a backup that fits into a reply: anything more is refused before it is taken."""

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        if self.tell() + len(data) > MAX_REPLY_BYTES:
            mb, most = (self.tell() + len(data)) // 1_000_000, MAX_REPLY_BYTES // 1_000_000
            raise BackupError(tell(Told.BACKUP_OVER_REPLY, mb=mb, most=most))
        return super().write(data)


class MachineDesk:
    """Carries out what consoles ask. Called in the server's thread; the worker does what waits.

    Parameters
    ----------
    folder
        The service's own.
    read, back_up
        None = there is no such thing here.
    """

    def __init__(
        self, access: Access, folder: Path, read: ReadMachine | None, back_up: MakeBackup | None
    ) -> None:
        self._access, self._path = access, folder / "backup.json"
        self._read, self._back_up = read, back_up
        self.acts: dict[str, Act] = {"machine.read": self._about, "backup.make": self._make}

    def _about(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        read = self._read
        if read is None:
            raise BackupError(tell(Told.NO_MACHINE))

        def job() -> Machine:
            return read().model_copy(update={"backup": self._last()})

        return Later(self._access.worker.do(job), done)

    def _make(self, command: Command) -> Later:
        who, back_up = self._access.permit(command, Permission.BACK_UP), self._back_up
        if back_up is None:
            raise BackupError(tell(Told.NO_BACKUP))
        entry = AuditEntry(who=who, act=Permission.BACK_UP)

        def job() -> tuple[int, bytes]:
            with self._access.act(command, entry) as act:
                self._access.audit.flush()
                out = _Bounded()
                files, size_bytes = back_up(out)
                act.new = {"files": files, "bytes": size_bytes}
            self._keep(BackupView(utc_ns=utc_ns(), user=who.name, files=files, size_bytes=size_bytes))
            return files, out.getvalue()

        def finish(made: tuple[int, bytes]) -> Reply:
            return Reply(body={"files": made[0]}, attachments=(made[1],))

        return Later(self._access.worker.do(job), finish)

    def _last(self) -> BackupView:
        try:
            return BackupView.model_validate_json(read_regular(self._path))
        except (OSError, ValidationError):
            return BackupView()

    def _keep(self, view: BackupView) -> None:
        try:
            private_folder(self._path.parent)
            with replacing(self._path) as file:
                file.write(json.dumps(view.model_dump()).encode())
        except OSError:
            pass  # it was made; that nobody remembers it is no reason to withhold it
