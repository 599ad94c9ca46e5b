"""Every error that Inspector raises on purpose.

::

    InspectorError
    ├─ UsageError                the command line is wrong                     exit 2
    ├─ ConfigError               a file or a setting is wrong; do not start    exit 2
    │  └─ BundleError            model or manifest is not what it claims
    ├─ HeatMapError              a picture has no heat map
    ├─ DatasetError              a folder of images cannot be used             exit 2
    ├─ DeviceError               a device does not do what it should
    │  ├─ DeviceUnavailableError · DeviceTimeoutError · DeviceStateError
    │  └─ SettingRejectedError
    ├─ SharedMemoryError         a segment is missing, taken, torn or foreign
    ├─ WorkerDiedError           a thread has ended, or hangs for good
    ├─ WorkerStuckError          a thread outlived its join limit
    ├─ OutputError               the result cannot be written where it was asked for
    ├─ TelemetryError            the outbox cannot be read or written
    ├─ BackupError               a backup cannot be made, is damaged, or is none          exit 2
    ├─ AccessError               a person, or what a person asked for, is refused
    ├─ AuditError                an act cannot be written down; the act is refused
    └─ ServiceError              service and console do not come together
       ├─ ProtocolError · ProtocolVersionError
       └─ ServiceUnavailableError · ServiceTimeoutError

A message names the thing, the value and the remedy, because it is shown to a person as it is.
"""

from __future__ import annotations

import re
from typing import Final

# What steers a terminal, breaks a line where none is, or turns the direction of what follows.
_UNPRINTABLE: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")


def printable(text: str) -> str:
    """Return a text as a terminal may get it: names of files and keys may hold what steers one.

    Lines and tabs stay; the rest is written as JSON would, so that JSON stays what it is.
    """
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


class InspectorError(Exception):
    """Base of all errors that are part of Inspector's contract."""

    exit_code = 1


class UsageError(InspectorError, ValueError):
    """The command line asks for something that makes no sense."""

    exit_code = 2


class ConfigError(InspectorError, ValueError):
    """A configuration file, a recipe or a setting is wrong."""

    exit_code = 2


class BundleError(ConfigError):
    """A bundle is missing, damaged, or does not fit what it is used for."""


class HeatMapError(InspectorError):
    """A picture has no heat map; `why`: other_model, other_recipe, no_picture, no_part, no_defect."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


class DatasetError(InspectorError, ValueError):
    """A folder of images cannot be used as asked."""

    exit_code = 2


class DeviceError(InspectorError):
    """A device does not do what it should."""


class DeviceUnavailableError(DeviceError, ConnectionError):
    """The device cannot be reached."""


class DeviceTimeoutError(DeviceError, TimeoutError):
    """The device did not answer in time."""


class DeviceStateError(DeviceError, RuntimeError):
    """The device is not in a state in which this can be done."""


class SettingRejectedError(DeviceError, ValueError):
    """The device reads back another value than the one that was set."""


class SharedMemoryError(InspectorError, OSError):
    """A shared-memory segment is missing, in use, torn, or of another version."""

    exit_code = 2


class WorkerDiedError(InspectorError, RuntimeError):
    """A thread that should run for ever has ended, or hangs for good; the process must be started again."""


class WorkerStuckError(InspectorError, RuntimeError):
    """A thread outlived its join limit."""


class OutputError(InspectorError, OSError):
    """The result cannot be written where it was asked for."""


class TelemetryError(InspectorError):
    """The outbox cannot be read or written."""


class BackupError(InspectorError):
    """A backup cannot be made, is damaged, or is none."""

    exit_code = 2


class AccessError(InspectorError):
    """A person, or what a person asked for, is refused."""


class AuditError(InspectorError):
    """An act cannot be written into the audit log, so it is not done."""


class ServiceError(InspectorError):
    """The service and a console do not come together."""


class ProtocolError(ServiceError, ValueError):
    """A message is not what the protocol says."""


class ProtocolVersionError(ProtocolError):
    """The other end speaks another major version of the protocol."""


class ServiceUnavailableError(ServiceError, ConnectionError):
    """The service cannot be reached, or its address cannot be had."""


class ServiceTimeoutError(ServiceError, TimeoutError):
    """The service did not answer in time."""
