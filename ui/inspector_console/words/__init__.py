"""Everything the console says, in each language it speaks. No Qt.

A message is a key (`Say`) and a template per language; the station's own words (alarms, causes, consequences)
are keyed by the domain's names. Names that a later version of the station adds are shown as they come.
"""

from inspector_console.words._devices import SayDevices
from inspector_console.words._keys import SayKeys
from inspector_console.words._login import SayLogin
from inspector_console.words._machine import SayMachine
from inspector_console.words._product import SayProduct
from inspector_console.words._rejects import SayRejects
from inspector_console.words._say import Say
from inspector_console.words._system import SaySystem
from inspector_console.words._words import LANGUAGES, TABLES, Words

__all__ = [
    "LANGUAGES",
    "TABLES",
    "Say",
    "SayDevices",
    "SayKeys",
    "SayLogin",
    "SayMachine",
    "SayProduct",
    "SayRejects",
    "SaySystem",
    "Words",
]
