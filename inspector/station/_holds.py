"""Reasons for which the station holds the line."""

from __future__ import annotations

from inspector.domain.hold import Hold


class Holds:
    """The reasons in force. Any thread may put or lift one; each reason has one text."""

    def __init__(self) -> None:
        self._texts: dict[Hold, str] = {}

    def put(self, reason: Hold, text: str) -> None:
        """Hold the line for a reason, unless it is held for it already."""
        self._texts.setdefault(reason, text)

    def lift(self, reason: Hold) -> None:
        """Withdraw a reason. May be repeated."""
        self._texts.pop(reason, None)

    def __contains__(self, reason: object) -> bool:
        return reason in self._texts

    @property
    def first(self) -> tuple[Hold, str]:
        """The reason to be shown, and its text; (NONE, "") if the line is not held."""
        texts = dict(self._texts)
        reason = min(texts, default=Hold.NONE)
        return reason, texts.get(reason, "")
