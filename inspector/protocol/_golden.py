"""The bundle's golden samples, and pictures with the place where the recipe looks: answers to commands."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from inspector.protocol._model import Count, Message

MAX_GOLDEN = 256


class GoldenSample(Message):
    """A known picture with its known verdict."""

    name: str
    """Under which `golden.read` hands it out."""
    evaluation: str
    class_name: str = ""


class GoldenSet(Message):
    """Answer to `golden.list`."""

    samples: Annotated[tuple[GoldenSample, ...], Field(max_length=MAX_GOLDEN)] = ()


class ImageView(Message):
    """Answer to `image.read` and `golden.read`; the attachment is the file."""

    region: tuple[Count, Count, Count, Count] | None = None
    """Where the recipe looks in it: left, top, width, height, px; null = nowhere, or it is not known."""
