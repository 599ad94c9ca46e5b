"""What the station and its service tell people, in English; see `inspector.domain.told`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class Told(StrEnum):
    """Which sentence; travels as `refusal` in replies and as `telling` in events."""

    # -- why the line is held
    HELD_BY_HAND = auto()
    HOLD_LIFTED = auto()
    WORKER_DIED = auto()
    WORKER_SILENT = auto()
    LEDGER_FULL = auto()
    PARTS_UNACCOUNTED = auto()
    RESTARTED_PLC_COUNTS = auto()
    PLC_COUNTS_DISAGREE = auto()
    PARTS_UNRECORDED = auto()
    PARTS_UNRECORDED_SINCE = auto()
    PAIRING_FAILED = auto()
    OTHER_LINE = auto()
    DIFFERS_SCALE = auto()
    DIFFERS_GATE = auto()
    DIFFERS_WINDOW = auto()
    DIFFERS_DELAY = auto()
    # -- the log
    LINE_HELD = auto()
    LINE_RELEASED = auto()
    PRODUCT_ASKED_FOR = auto()
    PRODUCT_CHANGED = auto()
    PRODUCT_CHANGED_BUT = auto()
    PRODUCT_NOT_CHANGED = auto()
    SERVICE_BEGUN = auto()
    PARTS_PASSED_OVER = auto()
    EARLIER_PARTS_UNKNOWN = auto()
    FRAME_WITHOUT_PART = auto()
    LOG_NOT_KEPT = auto()
    ALARMS_NOT_KEPT = auto()
    ALARMS_UNUSABLE = auto()
    CHANGES_NOT_KEPT = auto()
    CHANGES_UNUSABLE = auto()
    # -- the right to write
    NOBODY_WRITES = auto()
    OTHER_WRITES = auto()
    OTHER_CONSOLE_WRITES = auto()
    # -- what has changed meanwhile, is not there, or cannot be
    ALARM_CHANGED = auto()
    USER_CHANGED = auto()
    PRODUCT_IS_OTHER = auto()
    PRODUCT_EDITED = auto()
    LABEL_CHANGED = auto()
    NOT_HELD = auto()
    HELD_AGAIN = auto()
    NO_REGISTERS = auto()
    IMAGE_GONE = auto()
    IMAGE_UNREADABLE = auto()
    NO_GOLDEN = auto()
    NOT_RECORDED = auto()
    NO_SUCH_PART = auto()
    GOOD_CLASS = auto()
    BAD_CLASS = auto()
    NOTE_TOO_LONG = auto()
    SERVICE_BUSY = auto()
    AUDIT_UNUSABLE = auto()
    AUDIT_TAKEN = auto()
    AUDIT_CLOSED = auto()
    AUDIT_NOT_EXPORTED = auto()
    LABELS_FOREIGN = auto()
    LABELS_DAMAGED = auto()
    LABELS_FULL = auto()
    LABELS_UNUSABLE = auto()
    USERS_UNUSABLE = auto()
    USERS_NOT_WRITTEN = auto()
    SETUP_CODE_NOT_KEPT = auto()
    # -- who may, and with what
    MAY_NOT = auto()
    REASON_MISSING = auto()
    REASON_TOO_LONG = auto()
    NAME_UNREADABLE = auto()
    NAME_EMPTY = auto()
    NAME_TOO_LONG = auto()
    NAME_TAKEN = auto()
    NOBODY_LOGGED_IN = auto()
    WRONG_LOGIN = auto()
    WRONG_LOGIN_WAIT = auto()
    TOO_MANY_ATTEMPTS = auto()
    WRONG_CODE = auto()
    SETUP_FIRST = auto()
    ALREADY_SET_UP = auto()
    NO_SUCH_USER = auto()
    LAST_ADMIN = auto()
    PASSWORD_MISSING = auto()
    SECRET_UNCHECKED = auto()
    SECRET_TOO_LONG = auto()
    SECRET_HAS_CONTROL = auto()
    PASSWORD_TOO_WEAK = auto()
    SECRET_TOO_SHORT = auto()
    SECRET_GUESSED = auto()
    # -- products
    PRODUCT_BUSY = auto()
    NO_PRODUCTS = auto()
    NO_SUCH_PRODUCT = auto()
    PRODUCT_UNUSABLE = auto()
    PRODUCT_OTHER_CAMERA = auto()
    NEW_STATION_ENDED = auto()
    NEW_STATION_SLOW = auto()
    CHANGE_NOT_PREPARED = auto()
    CHANGE_NOT_CARRIED_OUT = auto()
    PROCESS_NOT_STARTED = auto()
    CHOICE_NOT_KEPT = auto()
    PRODUCT_EDITED_SINCE = auto()
    STATION_ENDED = auto()
    STATION_NOT_READY = auto()
    NOR_THE_OLD_ONE = auto()
    PLC_NOT_LINKED = auto()
    PLC_DOES_NOT_WANT = auto()
    NO_CAMERA = auto()
    # -- the recorder
    ROWS_NOT_WRITTEN = auto()
    OUTBOX_NOT_WRITTEN = auto()
    DISK_FULL = auto()
    DISK_SILENT = auto()
    OUTBOX_DAMAGED = auto()
    OUTBOX_CHECK_FAILED = auto()
    OUTBOX_SET_ASIDE = auto()
    OTHER_RECORDER = auto()
    OUTBOX_FOREIGN = auto()
    OUTBOX_NEWER = auto()
    IMAGES_DROPPED_EXPORT = auto()
    IMAGES_DROPPED_ROOM = auto()
    # -- the link to the PLC
    PLC_UNREACHABLE = auto()
    PLC_CONNECTION_LOST = auto()
    PLC_NO_ANSWER = auto()
    PLC_ONLY_OLD_ANSWERS = auto()
    PLC_CLOSED = auto()
    NOBODY_LISTENS = auto()
    PLC_REFUSES = auto()
    PLC_ANSWERS_WRONGLY = auto()
    PLC_WROTE_OTHERS = auto()
    PLC_READ_OTHERS = auto()
    PLC_SPEAKS_OTHERWISE = auto()
    PLC_OTHER_UNIT = auto()
    PLC_MALFORMED = auto()
    PLC_OTHER_MAP = auto()
    PLC_WORD_ORDER = auto()
    # -- rights to the computer
    CORE_REFUSED = auto()
    PRIORITY_REFUSED = auto()
    MEMORY_REFUSED = auto()
    WAKING_REFUSED = auto()
    # -- the audit log's own words
    NO_ROOM_IN_MEMORY = auto()
    TOO_MANY_TO_WRITE = auto()
    LOG_ENDED_EARLY = auto()
    RECORD_IS_NONE = auto()
    RECORD_CHANGED = auto()
    RECORD_UNLINKED = auto()
    RECORD_OUT_OF_ORDER = auto()
    RECORD_TWICE = auto()


_T = Told
ENGLISH: Final[Mapping[Told, str]] = MappingProxyType(
    {
        _T.HELD_BY_HAND: "held",
        _T.HOLD_LIFTED: "hold lifted",
        _T.WORKER_DIED: "{worker} has died: {failure}",
        _T.WORKER_SILENT: "{worker} has not answered for {seconds} s",
        _T.LEDGER_FULL: "the ledger is full ({rows} rows): the recorder does not write",
        _T.PARTS_UNACCOUNTED: "{count} parts are unaccounted for",
        _T.RESTARTED_PLC_COUNTS: (
            "the restarted PLC counts {count} parts: it cannot be told whether it began at zero"
        ),
        _T.PLC_COUNTS_DISAGREE: (
            "the PLC's counts disagree: part count {ours} -> {theirs}, tag {our_tag} -> {tag}"
        ),
        _T.PARTS_UNRECORDED: (
            "what became of {count} accepted parts can no longer be known: check the parts that passed"
            " since then, and press reset at the PLC"
        ),
        _T.PARTS_UNRECORDED_SINCE: (
            "what became of {count} accepted parts since tag {tag} can no longer be known: check the"
            " parts that passed since then, and press reset at the PLC"
        ),
        _T.PAIRING_FAILED: "{count} parts in a row got no frame of their own",
        _T.OTHER_LINE: "PLC and station are set up for different lines: {differences}",
        _T.DIFFERS_SCALE: "counts per mm x100: station {ours}, PLC {theirs}",
        _T.DIFFERS_GATE: "counts from photo-eye to gate: station {ours}, PLC {theirs}",
        _T.DIFFERS_WINDOW: "window counts: station {ours}, PLC {theirs}",
        _T.DIFFERS_DELAY: "trigger delay x0.1 ms: station {ours}, PLC {theirs}",
        _T.LINE_HELD: "line held: {who}",
        _T.LINE_RELEASED: "line released: {who}",
        _T.PRODUCT_ASKED_FOR: "product to be changed to {name}: {who}",
        _T.PRODUCT_CHANGED: "product changed to {title} ({name}), recipe {recipe} revision {revision}",
        _T.PRODUCT_CHANGED_BUT: (
            "product changed to {title} ({name}), recipe {recipe} revision {revision}; but {reason}"
        ),
        _T.PRODUCT_NOT_CHANGED: "product not changed to {title}: {reason}",
        _T.SERVICE_BEGUN: "the service has begun, version {version}",
        _T.PARTS_PASSED_OVER: "{count} parts were passed over: they came faster than they could be told",
        _T.EARLIER_PARTS_UNKNOWN: "earlier parts cannot be shown: {error}",
        _T.FRAME_WITHOUT_PART: "frame without a part",
        _T.LOG_NOT_KEPT: "the log cannot be kept in {path}: {error}; free some space there",
        _T.ALARMS_NOT_KEPT: "the alarms cannot be kept in {path}: {error}; free some space there",
        _T.ALARMS_UNUSABLE: "the alarms kept in {path} cannot be used ({error}); all begin as new",
        _T.CHANGES_NOT_KEPT: "the devices' changes cannot be kept in {path}: {error}; free some space there",
        _T.CHANGES_UNUSABLE: (
            "the devices' changes kept in {path} cannot be used ({error}); they begin as new"
        ),
        _T.NOBODY_WRITES: "nobody has the right to write; take control first",
        _T.OTHER_WRITES: "{name} has the right to write",
        _T.OTHER_CONSOLE_WRITES: "another console has the right to write",
        _T.ALARM_CHANGED: "the alarm has changed meanwhile; look at it again",
        _T.USER_CHANGED: "{name} was changed meanwhile; read the list again",
        _T.PRODUCT_IS_OTHER: "the product was changed meanwhile; look at it again",
        _T.PRODUCT_EDITED: "the product {name} has changed since it was looked at; look at it again",
        _T.LABEL_CHANGED: "part {part} was judged meanwhile; look at it again",
        _T.NOT_HELD: "nobody holds the line; what else holds it needs the PLC",
        _T.HELD_AGAIN: "the line was held again meanwhile; look who holds it now, and release that hold",
        _T.NO_REGISTERS: "the registers of this line cannot be read along",
        _T.IMAGE_GONE: "the image {name} is not there: not yet, not kept, or it made room for newer ones",
        _T.IMAGE_UNREADABLE: "the image {name} cannot be read: {error}",
        _T.NO_GOLDEN: "this station has no golden samples",
        _T.NOT_RECORDED: "nothing is recorded here; set [recorder] enabled = true in station.toml",
        _T.NO_SUCH_PART: "there is no part {part} (any more): its row has made room, or never was one",
        _T.GOOD_CLASS: "{name} is what good parts are called; name the class of the defect",
        _T.BAD_CLASS: "{name} cannot be the name of a class: name the defect in up to 40 letters and digits",
        _T.NOTE_TOO_LONG: "the note has {count} characters; use at most {limit}",
        _T.SERVICE_BUSY: "the service is busy with {count} other things; try again in a moment",
        _T.AUDIT_UNUSABLE: (
            "the audit log cannot use {path}: {error}; free some space on that disk, or check its permissions"
        ),
        _T.AUDIT_TAKEN: (
            "another process writes the audit log in {folder}; stop it, or give this station its own folder"
        ),
        _T.AUDIT_CLOSED: "the audit log is closed: the service is ending",
        _T.AUDIT_NOT_EXPORTED: "the audit log cannot be exported: {error}",
        _T.LABELS_FOREIGN: (
            "{path} belongs to another program or version ({version}); this one knows {known}: move it"
            " away, or use the program that wrote it"
        ),
        _T.LABELS_DAMAGED: "{path} is damaged ({error}); move it away and bring back a copy of it",
        _T.LABELS_FULL: "{path} cannot be written: no space left; free some on that disk",
        _T.LABELS_UNUSABLE: "{path} cannot be used ({error}); check the folder's disk and its permissions",
        _T.USERS_UNUSABLE: "the file of users {path} cannot be used: {why}; nobody can log in. {remedy}",
        _T.USERS_NOT_WRITTEN: "cannot write {path}: {error}; free some space on that disk",
        _T.SETUP_CODE_NOT_KEPT: "cannot keep the set-up code in {path}: {error}",
        _T.MAY_NOT: "{role} may not do {act} here; log in as {able}",
        _T.REASON_MISSING: "{act} needs a reason; say why in a few words",
        _T.REASON_TOO_LONG: "the reason has {count} characters; use at most {limit}",
        _T.NAME_UNREADABLE: "the name contains {character}, a control or invisible character; leave it out",
        _T.NAME_EMPTY: "the name is empty; enter one that people can read",
        _T.NAME_TOO_LONG: "the name has {count} characters; shorten it to at most {limit}",
        _T.NAME_TAKEN: "{name} is there already; choose another name",
        _T.NOBODY_LOGGED_IN: "nobody is logged in at this console; log in first",
        _T.WRONG_LOGIN: "the name or the PIN or password is wrong",
        _T.WRONG_LOGIN_WAIT: "the name or the PIN or password is wrong; wait {seconds} s, then try again",
        _T.TOO_MANY_ATTEMPTS: "too many failed attempts; wait {seconds} s, then try again",
        _T.WRONG_CODE: "this is not the set-up code; the station keeps it in {path}",
        _T.SETUP_FIRST: "there are no users yet; set up the first admin",
        _T.ALREADY_SET_UP: "the first admin is set up; log in instead",
        _T.NO_SUCH_USER: "there is no user {user} any more; read the list again",
        _T.LAST_ADMIN: "{name} is the last admin; make another one first",
        _T.PASSWORD_MISSING: "{role} needs a password; give {name} one in the same step",
        _T.SECRET_UNCHECKED: "the PIN or password cannot be checked ({error}); free some memory",
        _T.SECRET_TOO_LONG: "the password has {count} characters; use at most {limit}",
        _T.SECRET_HAS_CONTROL: "the password contains a control character; leave it out",
        _T.PASSWORD_TOO_WEAK: "{role} needs a password: at least {least} characters, not digits alone",
        _T.SECRET_TOO_SHORT: "use a PIN of at least {digits} digits, or at least {least} characters",
        _T.SECRET_GUESSED: (
            "this one is guessed first; use no run, no single repeated character, and not the name"
        ),
        _T.PRODUCT_BUSY: "the product is being changed already; wait until that is over",
        _T.NO_PRODUCTS: "this service knows no products; it was started without a line",
        _T.NO_SUCH_PRODUCT: "there is no product {name}; there are: {known}",
        _T.PRODUCT_UNUSABLE: "the product {name} cannot be used: {trouble}",
        _T.PRODUCT_OTHER_CAMERA: (
            "the product {name} needs other camera settings, and the simulated camera keeps its own as"
            " long as it runs; end the line and start it with: inspector run --product {product}"
        ),
        _T.NEW_STATION_ENDED: "the new station ended with exit code {code}; see its log",
        _T.NEW_STATION_SLOW: "the new station was not loaded within {seconds} s",
        _T.CHANGE_NOT_PREPARED: (
            "the change cannot be prepared: {path}: {error}; make room there, and try again"
        ),
        _T.CHANGE_NOT_CARRIED_OUT: (
            "the change cannot be carried out: {path}: {error}; make room there, and try again"
        ),
        _T.PROCESS_NOT_STARTED: (
            "the {role} process cannot be started: {error}; end other programs on this machine, or let its user "
            "have more processes and open files"
        ),
        _T.CHOICE_NOT_KEPT: (
            "{path} cannot be written ({error}): after a restart the line would make the product of before;"
            " make room, or set [station] data_dir to a folder that this user may write"
        ),
        _T.PRODUCT_EDITED_SINCE: "the product has changed since it was looked at; look at it again",
        _T.STATION_ENDED: "the station with the new product has ended with exit code {code}",
        _T.STATION_NOT_READY: "not Ready within {seconds} s: {why}",
        _T.NOR_THE_OLD_ONE: "{why}; and now: {now}",
        _T.PLC_NOT_LINKED: "the PLC is not linked",
        _T.PLC_DOES_NOT_WANT: "the PLC does not want it, or no picture has come",
        _T.NO_CAMERA: "no camera",
        _T.ROWS_NOT_WRITTEN: (
            "cannot write {path}: {error}; rows wait in the ring. Set [station] data_dir to a writable folder"
        ),
        _T.OUTBOX_NOT_WRITTEN: (
            "cannot write {path}: {error}; rows wait in the ring. Check the folder's disk and permissions"
        ),
        _T.DISK_FULL: "disk full: {path}; rows wait in the ring. Free some space on that disk",
        _T.DISK_SILENT: (
            "the disk of {path} has not answered within {seconds} s; check it, its cable or its network connection"
        ),
        _T.OUTBOX_DAMAGED: (
            "{path} is damaged ({error}); the recorder sets it aside and begins anew when it starts:"
            " copy it before, if its rows matter"
        ),
        _T.OUTBOX_CHECK_FAILED: "{path} is damaged (quick_check)",
        _T.OUTBOX_SET_ASIDE: "a damaged outbox was set aside in {path}",
        _T.OTHER_RECORDER: "another recorder works in {folder}; stop it, or give this station its own folder",
        _T.OUTBOX_FOREIGN: (
            "{path} belongs to another program; move it away, or set [station] data_dir to another folder"
        ),
        _T.OUTBOX_NEWER: (
            "{path} has version {version}, this program knows {known}: a newer one wrote it; use that,"
            " or set [station] data_dir to another folder"
        ),
        _T.IMAGES_DROPPED_EXPORT: (
            "images are dropped: rows that were not exported fill the quota; export them"
        ),
        _T.IMAGES_DROPPED_ROOM: "images are dropped: no room in quota or on disk; free space there",
        _T.PLC_UNREACHABLE: (
            "{plc}: no connection within {ms} ms ({error}); check power, cable, host, port, and that"
            " the PLC's Modbus server is on"
        ),
        _T.PLC_CONNECTION_LOST: "{plc}: connection lost ({error}); see whether the PLC runs",
        _T.PLC_NO_ANSWER: "{plc}: no answer within {ms} ms; check cable and PLC load",
        _T.PLC_ONLY_OLD_ANSWERS: (
            "{plc}: no answer within {ms} ms ({count} replies to other requests were discarded); check"
            " cable and PLC load"
        ),
        _T.PLC_CLOSED: "closed by the PLC",
        _T.NOBODY_LISTENS: "nobody listens there",
        _T.PLC_REFUSES: "{plc}: function {function} refused, Modbus exception {code} ({meaning}); {remedy}",
        _T.PLC_ANSWERS_WRONGLY: "{plc}: {what}; check host, port, unit_id and the PLC's Modbus server",
        _T.PLC_WROTE_OTHERS: (
            "wrote {count} registers at {address}, but the reply confirms {others} at {there}"
        ),
        _T.PLC_READ_OTHERS: "asked for {count} registers at {address}, got {others}",
        _T.PLC_SPEAKS_OTHERWISE: "what answers does not speak Modbus TCP",
        _T.PLC_OTHER_UNIT: "unit {other} answers instead of unit {unit}",
        _T.PLC_MALFORMED: "the reply to function {function} is malformed: {frame}",
        _T.PLC_OTHER_MAP: (
            "{plc}: block S at {base} holds MapVersion {version} and WordOrderTest {pattern} instead of"
            " {known} and {expected} or zeros; check base_s, or zero these registers in the PLC"
        ),
        _T.PLC_WORD_ORDER: (
            "{plc}: its clock leaps by {step} ms, and with its halves exchanged by {swapped} ms;"
            " word_order = {order} is the wrong one"
        ),
        _T.CORE_REFUSED: "core {core}: {error}",
        _T.PRIORITY_REFUSED: (
            "SCHED_FIFO {priority}: {error} (grant CAP_SYS_NICE, or LimitRTPRIO= in the unit)"
        ),
        _T.MEMORY_REFUSED: "mlockall: {error} (grant CAP_IPC_LOCK, or LimitMEMLOCK=infinity in the unit)",
        _T.WAKING_REFUSED: (
            "{file}: {error} (let the station's user write to it: a udev rule, or DeviceAllow= in the unit)"
        ),
        _T.NO_ROOM_IN_MEMORY: "no room in memory",
        _T.TOO_MANY_TO_WRITE: "too many to write each of them down",
        _T.LOG_ENDED_EARLY: "the log ended in the middle of a record, as after a power cut",
        _T.RECORD_IS_NONE: "it is not a record",
        _T.RECORD_CHANGED: "its content does not fit its hash",
        _T.RECORD_UNLINKED: "it has no number or no link to the record before",
        _T.RECORD_OUT_OF_ORDER: "it does not follow the record before it",
        _T.RECORD_TWICE: "record {seq} stands here a second time",
    }
)
"""Templates. Each has words enough of its own to be known by."""
