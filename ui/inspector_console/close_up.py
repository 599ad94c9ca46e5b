"""The place where the recipe looks, cut out of a picture: a small picture of a whole frame shows nothing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage

Region = tuple[int, int, int, int]
"""Left, top, width, height, px of the picture."""
_MARGIN: Final = 0.06
"""Around the place, as a share of its longer side: its edge is part of what is judged."""


def close_up(image: QImage, region: Region | None, size: QSize) -> QImage:
    """Return a small picture of the place; of all where no place is known.

    The cut has the shape of `size` as far as the picture reaches, and at most as many pixels.
    """
    place = None if region is None else cut_around(QSizeF(image.size()), QRectF(*region), QSizeF(size))
    cut = image if place is None else image.copy(place.toRect())
    if cut.width() <= size.width() and cut.height() <= size.height():
        return cut
    return cut.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def cut_around(whole: QSizeF, place: QRectF, size: QSizeF) -> QRectF:
    """Return the place with its margin, widened to the shape of `size` and moved into the whole picture."""
    margin = _MARGIN * max(place.width(), place.height())
    shape = size.scaled(
        place.width() + 2 * margin, place.height() + 2 * margin, Qt.AspectRatioMode.KeepAspectRatioByExpanding
    )
    shape = shape.boundedTo(whole)
    left = min(max(0.0, place.center().x() - shape.width() / 2), whole.width() - shape.width())
    top = min(max(0.0, place.center().y() - shape.height() / 2), whole.height() - shape.height())
    return QRectF(QPointF(left, top), shape)
