"""What the station and its service tell people, in English; see `inspector.domain.told`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inspector.domain.told_codes import Told as Told

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
        _T.SIGNALS_TESTED: "stack light and horn tested: {who}",
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
        _T.COUNTS_NOT_KEPT: "the counts of this shift cannot be kept in {path}: {error}; free some space there",
        _T.COUNTS_UNUSABLE: "the counts kept in {path} cannot be used ({error}); the shift is counted from now on",
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
        _T.FRAME_GONE: "only the newest frames are there as they were, and only on the station itself",
        _T.IMAGE_UNREADABLE: "the image {name} cannot be read: {error}",
        _T.NO_GOLDEN: "this station has no golden samples",
        _T.NO_MACHINE: "this station says nothing of its computer",
        _T.NO_BACKUP: "this station makes no backups from here; use inspector backup at the station",
        _T.BACKUP_TOO_LARGE: (
            "the backup would be too large with {path}: more than {files} files, or {gib} GiB; clear up that folder"
        ),
        _T.BACKUP_UNREADABLE: "{path} cannot be read for the backup: {error}",
        _T.BACKUP_OVER_REPLY: (
            "the backup takes {mb} MB, more than {most} MB; make it at the station: inspector backup make"
        ),
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
        _T.BADGE_UNKNOWN: "this badge is not known at this station",
        _T.BADGE_NEEDS_SECRET: "the badge is known; the password, too, please",
        _T.BADGE_UNREADABLE: (
            "the badge has given {count} characters; {least} to {most} letters, digits and signs are needed"
        ),
        _T.BADGE_TAKEN: "{name} has this badge; remove it there first",
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
        _T.PRODUCTS_UNREADABLE: (
            "the folder of products {path} cannot be read: {error}; correct [products] folder, or "
            "make a folder that this user may read"
        ),
        _T.PRODUCT_FILE_LARGE: "{path}: larger than {most} kB; that is no product",
        _T.PRODUCT_KEY_MISSING: "{path}: {key} is missing; every product says its own",
        _T.PRODUCT_FOREIGN_SECTION: (
            "{path}: [{section}] does not belong into a product; known here: {known}"
        ),
        _T.PRODUCT_NO_TABLE: "{path}: {section} = {value} must be a table: write [{section_again}]",
        _T.PRODUCT_LINE_KEY: (
            "{path}: camera.{key} belongs to the line, not to a product; known here: {known}"
        ),
        _T.PRODUCT_NAME_TAKEN: ('{path}: product.name = "{name}" is that of {other}; give it another one'),
        _T.PRODUCT_JOB_TAKEN: ("{path}: product.job_id = {job} is that of {other}; give it another one"),
        _T.OWN_CONFIGURATION: "the station's own configuration",
        _T.FILE_GONE: (
            "{path}: no such file; correct the path, or write one: inspector config example > {name}"
        ),
        _T.FILE_NOT_TEXT: "{path}: not UTF-8 text (byte {byte}); save it as UTF-8",
        _T.FILE_UNREADABLE: ("{path}: cannot be read: {error}; it must be a file that this user may read"),
        _T.FILE_NOT_TOML: (
            "{path}: line {line}, column {column}: not valid TOML: {error}; correct that line"
        ),
        _T.SETTING_UNKNOWN: "{path}: unknown key {key}; {hint}",
        _T.SETTING_MEANT: "did you mean {key}?",
        _T.SETTING_ELSEWHERE: "it belongs into [{section}]",
        _T.SETTING_OF_NONE: "this kind of {section} has none",
        _T.SETTINGS_KNOWN: "known here: {known}",
        _T.SETTING_MISSING: "{path}: {key} is missing; {hint}",
        _T.SETTING_WRONG: "{path}: {key} = {value} must be {allowed}",
        _T.BUNDLE_NO_FOLDER: ("{path} is not a bundle directory; give the directory that holds {name}"),
        _T.BUNDLE_NOT_JSON: "{path} is not JSON ({error}); {remedy}",
        _T.BUNDLE_OTHER_SCHEMA: (
            "{path}: schema_version is {found}, this Inspector reads {known}; use the Inspector "
            "that made the bundle, or train it again"
        ),
        _T.BUNDLE_CHANGED: (
            "{path} was changed or truncated after the bundle was made: its SHA-256 is {found}…, "
            "{by} says {expected}… ({size} bytes found); {remedy}"
        ),
        _T.BUNDLE_FILE_MISSING: "{path} is missing; {remedy}",
        _T.BUNDLE_UNREADABLE: "{path} cannot be read ({error}); check its permissions",
        _T.BUNDLE_EMPTY: "{path} is empty; {remedy}",
        _T.BUNDLE_OTHER_GRAPH: (
            "{path}: the {what} is {found}, by the manifest (input, classes, opset) it must be "
            "{expected}; {remedy}"
        ),
        _T.BUNDLE_AGAIN: "copy the bundle again from where it was made, or train it again",
        _T.BUNDLE_NO_MODEL: (
            "{path} is not an ONNX model that onnxruntime {version} can run ({error}); train or "
            "copy the bundle again"
        ),
        _T.BUNDLE_MANIFEST: "the manifest",
        _T.BUNDLE_WANTS_COLOUR: (
            "the bundle {path} is for colour pictures (3 channels), this camera's are grey; use a "
            "bundle that was trained on grey pictures (--mono)"
        ),
        _T.BUNDLE_WANTS_MORE: (
            "the region of {path} ends at {region} px, this camera's frames at {frame} px; use a "
            "bundle for this camera, or set [recipe] roi"
        ),
        _T.BUNDLE_NOT_SET: (
            "no bundle is set for the folder of photographs; the default one knows only the "
            "simulated product: train one (inspector train PATH --out DIR) and give it with "
            "--bundle DIR"
        ),
        _T.RECIPE_WRONG: "recipe: {error}; correct [recipe] in the configuration",
        _T.ROWS_NOT_WRITTEN: (
            "cannot write {path}: {error}; rows wait in the ring. Set [station] data_dir to a writable folder"
        ),
        _T.OUTBOX_NOT_READ: "cannot read {path}: {error}; check the folder's disk and permissions",
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
        _T.NAME_SERVER_SILENT: "the name {host} cannot be resolved: no answer from the name server yet",
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
