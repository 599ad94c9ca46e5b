"""The words of the alarms, in English. Each is a message key: the console translates it whole, then fills it in.

A text names what it needs in braces; `AlarmText.details` lists the names. Nothing is put together from pieces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import Final

from inspector.domain.alarms import (
    AlarmId,
    AlarmRefusal,
    AlarmState,
    Consequence,
    Detail,
    ShelveReason,
)


@dataclass(frozen=True, slots=True)
class AlarmText:
    """What an operator reads: what is wrong, why that may be, and what he does about it."""

    text: str
    cause: str
    response: str

    @property
    def details(self) -> frozenset[str]:
        """The names that the texts want to be filled in."""
        return names_in(self.text) | names_in(self.cause) | names_in(self.response)


def names_in(template: str) -> frozenset[str]:
    """Return the names in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def fill(template: str, details: Mapping[str, Detail]) -> str:
    """Return a text with its names replaced; what is not known reads "?". Floats are rounded to one digit."""
    known = {name: _readable(details.get(name, "?")) for name in names_in(template)}
    return template.format_map(known)


def _readable(value: Detail) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else str(value)


_A = AlarmId
TEXTS: Final[Mapping[AlarmId, AlarmText]] = MappingProxyType(
    {
        _A.STATION_LOST: AlarmText(
            "The inspection station does not answer",
            "No sign of life for {seconds} s: its program has stopped, hangs, or is starting again.",
            "Look at the stack light. Wait half a minute; if it does not come back, call maintenance.",
        ),
        _A.STATION_UNSTABLE: AlarmText(
            "The inspection station keeps starting anew",
            "It has started {value} times in {minutes} minutes.",
            "Call maintenance: the log says why it stopped.",
        ),
        _A.NOT_READY: AlarmText(
            "The inspection station is not ready",
            "It is still starting, has not found the PLC's or the camera's time yet, or the PLC does not want it.",
            "Check that the PLC is in automatic. If it lasts longer than a minute, call maintenance.",
        ),
        _A.BYPASSED: AlarmText(
            "The inspection is bypassed",
            "The bypass key at the PLC is turned: parts pass without being inspected.",
            "Inspect by hand, or set the parts aside. Turn the key back as soon as possible.",
        ),
        _A.HELD_WORKER: AlarmText(
            "The line is held: a part of the station has failed",
            "{reason}",
            "Reset at the PLC. If it happens again, call maintenance.",
        ),
        _A.HELD_LEDGER_FULL: AlarmText(
            "The line is held: records can no longer be kept",
            "{reason}",
            "Free the disk, or have the recorder started again. The line may go on by itself afterwards.",
        ),
        _A.HELD_COUNTS: AlarmText(
            "The line is held: the counts of parts do not agree",
            "{reason}",
            "Clear the belt and set its parts aside for inspection. Then reset at the PLC.",
        ),
        _A.HELD_UNRECORDED: AlarmText(
            "The line is held: it is not known what became of some parts",
            "{reason}",
            "Set aside the good parts of the last minutes and inspect them again. Then reset at the PLC.",
        ),
        _A.HELD_PAIRING: AlarmText(
            "The line is held: pictures and parts no longer belong together",
            "{reason}",
            "Clean the photo-eye, check that nothing covers it, and empty the belt. The line then may go on.",
        ),
        _A.HELD_CONFIGURATION: AlarmText(
            "The line is held: PLC and station are set up for different lines",
            "{reason}",
            "Have an engineer make the settings agree. Then reset at the PLC.",
        ),
        _A.HELD_OPERATOR: AlarmText(
            "The line is held by an operator",
            "{reason}",
            "Release the line when everybody is clear of it.",
        ),
        _A.FAULT_NOT_CONFIRMED: AlarmText(
            "A rejected part did not reach the reject bin",
            "The sensor at the bin did not see it: a jam, the gate, or the sensor itself.",
            "Find the part. Check gate and sensor. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.FAULT_UNEXPECTED_REJECT: AlarmText(
            "A part was rejected that should have passed",
            "The sensor at the bin saw a part that nobody had rejected: a jam, or the gate moves late.",
            "Check gate, sensor and the last part in the bin. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.FAULT_BIN_FULL: AlarmText(
            "The reject bin is full",
            "The sensor for its level is covered.",
            "Empty the bin. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.FAULT_AIR_LOW: AlarmText(
            "Air pressure is too low to reject parts",
            "The pressure switch at the gate reports it.",
            "Open the air supply, look for a leak. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.FAULT_TRACKING_LOST: AlarmText(
            "The PLC no longer knows where the parts are",
            "Encoder or photo-eye and the PLC's count do not agree.",
            "Take all parts off the belt; they are not inspected. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.FAULT_LATE_VERDICT: AlarmText(
            "The PLC has stopped the line: too many results came late",
            "Results reached the PLC after the last moment for the gate.",
            "Look for what burdens the station or the network. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.FAULT_CONSECUTIVE: AlarmText(
            "The PLC has stopped the line: too many rejects in a row",
            "Bad parts come from upstream, or the camera sees them badly.",
            "Look at the last rejects, then at the machine upstream. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.FAULT_WATCHDOG: AlarmText(
            "The PLC has stopped the line: the station was silent",
            "The PLC saw no sign of life of the station for too long.",
            "Check that the station answers. Then reset at the PLC; it cannot be reset here.",
        ),
        _A.CAMERA_LOST: AlarmText(
            "The camera is lost",
            "No connection to the camera: its power, its cable, or the camera itself.",
            "Check the camera's cable and power. It is found again by itself.",
        ),
        _A.NO_PICTURE: AlarmText(
            "Parts have no picture of their own",
            "{value} of the last {window} parts had no picture, or none that was surely theirs.",
            "Check photo-eye, trigger cable and camera. Look for parts that lie too close together.",
        ),
        _A.CAMERA_FAULT: AlarmText(
            "The camera's pictures cannot be used",
            "{value} of the last {window} parts had a picture that is dark, frozen, incomplete or of a wrong size.",
            "Look at the live picture. Check lens, light and the camera's cable; then switch the camera off and on.",
        ),
        _A.PLC_LOST: AlarmText(
            "The connection to the PLC is lost",
            "The PLC at {address} does not answer: its power, the network, or its program.",
            "Check the PLC and the network cable. The connection comes back by itself.",
        ),
        _A.PLC_UNSTABLE: AlarmText(
            "The connection to the PLC breaks again and again",
            "It broke {value} times in {minutes} minutes.",
            "Check network cables and switch; call maintenance.",
        ),
        _A.PLC_REFUSES: AlarmText(
            "The PLC refuses good parts",
            "It rejected {value} good ones among the last {window} parts: results too late, or parts too close.",
            "Look for parts that lie too close together. If there are none, call maintenance.",
        ),
        _A.RECIPE_MISMATCH: AlarmText(
            "The PLC makes another product than the station",
            "The PLC runs job {plc_job}; the station judges by job {job}, {product}.",
            "Look which product lies on the line. Change the product here, or the job at the PLC.",
        ),
        _A.PRODUCT_NOT_CHANGED: AlarmText(
            "The product was not changed",
            "The line still makes {product}. {wanted} was not made ready: {reason}",
            "Look at what lies on the line; call the engineer for the other product.",
        ),
        _A.WRONGLY_ACCEPTED: AlarmText(
            "A part passed that should have been rejected",
            "The PLC let {count} parts pass that the station had rejected.",
            "Set aside the good parts of the last minutes and inspect them again. Call quality and maintenance.",
        ),
        _A.MODEL_ERROR: AlarmText(
            "The inspection model fails",
            "It could not judge {value} of the last {window} parts.",
            "Call maintenance: the model or its computer has a fault.",
        ),
        _A.LATE: AlarmText(
            "Verdicts come too late",
            "{value} of the last {window} parts were not judged in time.",
            "Look for what burdens the station (Devices, latency by stage). Slow the line if it goes on.",
        ),
        _A.LATENCY_HIGH: AlarmText(
            "Deciding takes nearly all the time there is",
            "The slowest verdicts take {value} % of the time allowed; the limit is {limit} %.",
            "Tell maintenance on this shift. Nothing else to do now.",
        ),
        _A.REALTIME_MISSING: AlarmText(
            "The station runs without its rights to the computer",
            "Not granted: {refusals}",
            "Tell maintenance on this shift: verdicts may come late when the computer is busy.",
        ),
        _A.NG_RUN: AlarmText(
            "Bad parts in a row",
            "The last {value} parts were all bad.",
            "Look at the rejects and at the machine upstream.",
        ),
        _A.REJECT_RATE_HIGH: AlarmText(
            "Too many rejects",
            "{value} % of the last {window} parts were rejected; the limit is {limit} %.",
            "Look at the rejects: are they real? Then look at the machine upstream.",
        ),
        _A.UNDECIDED_HIGH: AlarmText(
            "Too many parts cannot be judged",
            "{value} % of the last {window} parts could not be judged; the limit is {limit} %.",
            "Clean the lens, check light and focus, and that the right product is chosen.",
        ),
        _A.LIGHT_WRONG: AlarmText(
            "The light is wrong: pictures are too dark or too bright",
            "The newest picture is {brightness} % bright; the model was trained for {lowest} to {highest} %.",
            "Check the lamp and its cable, and that nothing covers the lens. Then tell maintenance.",
        ),
        _A.RECORDER_DOWN: AlarmText(
            "The recorder does not run",
            "Records wait in memory. When it is full, the line is held. {error}",
            "Call maintenance soon; the line goes on for now.",
        ),
        _A.RECORDER_CANNOT_WRITE: AlarmText(
            "Records cannot be written",
            "They wait in memory. When it is full, the line will be held. {error}",
            "Check the disk; call maintenance soon.",
        ),
        _A.LEDGER_FILLING: AlarmText(
            "The line will be held soon: records pile up",
            "The memory for records is {value} % full; at 100 % the line is held.",
            "Free the disk or have the recorder started again now.",
        ),
        _A.DATABASE_DAMAGED: AlarmText(
            "The records were damaged and have been set aside",
            "A new database was begun. {error}",
            "Keep the damaged file. Tell quality and maintenance.",
        ),
        _A.OVER_QUOTA: AlarmText(
            "Pictures are no longer kept",
            "Records that were not exported yet fill the space allowed.",
            "Export the records, or have the space enlarged.",
        ),
        _A.DISK_HIGH: AlarmText(
            "The disk fills up",
            "It is {value} % full; the limit is {limit} %.",
            "Have old data exported or deleted on this shift.",
        ),
        _A.DISK_FULL: AlarmText(
            "The disk is full",
            "It is {value} % full. When the memory for records is full, too, the line will be held.",
            "Free the disk now, or call maintenance.",
        ),
    }
)

CONSEQUENCE_TEXTS: Final[Mapping[Consequence, str]] = MappingProxyType(
    {
        Consequence.REJECTED: "All parts are being rejected",
        Consequence.PARTLY_REJECTED: "Good parts are being rejected, too",
        Consequence.NG_REJECTED: "Only bad parts are being rejected",
        Consequence.HELD: "Line held",
        Consequence.BYPASSED: "Bypassed: parts pass without inspection",
        Consequence.PASSED: "Bad parts may have passed as good",
        Consequence.OVER: "Parts are no longer affected",
        Consequence.NOT_AFFECTED: "Parts are not affected",
    }
)

STATE_TEXTS: Final[Mapping[AlarmState, str]] = MappingProxyType(
    {
        AlarmState.NORMAL: "Normal",
        AlarmState.UNACKNOWLEDGED: "Active, not acknowledged",
        AlarmState.ACKNOWLEDGED: "Active, acknowledged",
        AlarmState.RETURNED: "Gone, not acknowledged",
        AlarmState.SHELVED: "Shelved",
        AlarmState.SUPPRESSED: "Hidden by its cause",
        AlarmState.OUT_OF_SERVICE: "Out of service",
    }
)

SHELVE_REASON_TEXTS: Final[Mapping[ShelveReason, str]] = MappingProxyType(
    {
        ShelveReason.IN_REPAIR: "It is being repaired",
        ShelveReason.WAITING_FOR_PARTS: "A spare part or a technician is on the way",
        ShelveReason.CHATTERING: "It comes and goes all the time",
        ShelveReason.SETTING_UP: "The line is being set up or tested",
        ShelveReason.KNOWN_TO_SHIFT_LEAD: "The shift lead knows and accepts it",
    }
)

REFUSAL_TEXTS: Final[Mapping[AlarmRefusal, str]] = MappingProxyType(
    {
        AlarmRefusal.UNKNOWN_ALARM: "There is no such alarm",
        AlarmRefusal.NOTHING_TO_ACKNOWLEDGE: "This alarm has been acknowledged, or is gone",
        AlarmRefusal.IS_HIDDEN: "This alarm is hidden; it cannot be acknowledged unseen",
        AlarmRefusal.NEVER_SHELVED: "This alarm can never be shelved",
        AlarmRefusal.ALREADY_SHELVED: "This alarm is shelved already",
        AlarmRefusal.NOT_SHELVED: "This alarm is not shelved",
        AlarmRefusal.BAD_DURATION: "An alarm can be shelved for at most 12 hours",
        AlarmRefusal.NEVER_OUT_OF_SERVICE: "This alarm can never be taken out of service",
        AlarmRefusal.ALREADY_OUT_OF_SERVICE: "This alarm is out of service already",
        AlarmRefusal.NOT_OUT_OF_SERVICE: "This alarm is not out of service",
        AlarmRefusal.NO_REASON: "A reason must be given",
    }
)
