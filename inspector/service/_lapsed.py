"""What was asked for in order, and may not be done any more now that it is its turn."""

from __future__ import annotations

from inspector.errors import InspectorError
from inspector.protocol import Code


class LapsedError(InspectorError):
    """It is too late, the right to write has gone, or what it was about has changed; `code` says which."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code
