"""Widgets that paint themselves from views. They hold no words, no facts, and know no service."""

from inspector_console.widgets._alarm_card import AlarmCard
from inspector_console.widgets._alarm_row import AlarmRow
from inspector_console.widgets._base import Painting, Tile, TouchButton, lines_of
from inspector_console.widgets._canvas import CENTRE, LEFT, RIGHT, Canvas, TextMark
from inspector_console.widgets._choice import ChoiceSheet, place_way_out
from inspector_console.widgets._counts import CountsTile
from inspector_console.widgets._device_card import (
    CARD_PADDING,
    DeviceCard,
    figure_width,
    paint_state,
    state_height,
)
from inspector_console.widgets._evidence import EvidenceTile
from inspector_console.widgets._filter import FilterButton
from inspector_console.widgets._gauge import Gauge
from inspector_console.widgets._header import Header
from inspector_console.widgets._image import ImageTile, image_of
from inspector_console.widgets._key import Key
from inspector_console.widgets._keyboard import KeyboardSheet
from inspector_console.widgets._lamps import LampsTile
from inspector_console.widgets._nav import HoldButton, NavBar, NavButton
from inspector_console.widgets._notice import Notice
from inspector_console.widgets._pair import GoldenView
from inspector_console.widgets._pin_pad import PinPad
from inspector_console.widgets._press import PressButton
from inspector_console.widgets._product_card import ProductCard
from inspector_console.widgets._product_panel import ProductPanel
from inspector_console.widgets._reject_card import RejectCard
from inspector_console.widgets._reject_facts import RejectFactsTile
from inspector_console.widgets._rejects import RejectButton, RejectsTile
from inspector_console.widgets._rows import ListedRows, PagedRows
from inspector_console.widgets._signs import priority_sign, verdict_sign, warning_sign
from inspector_console.widgets._style import BOLD, MEDIUM, REGULAR, SEMIBOLD, Style, load_fonts
from inspector_console.widgets._table import Column, Table, TableView
from inspector_console.widgets._text_entry import TextEntry
from inspector_console.widgets._verdict import VerdictTile

__all__ = [
    "BOLD",
    "CARD_PADDING",
    "CENTRE",
    "LEFT",
    "MEDIUM",
    "REGULAR",
    "RIGHT",
    "SEMIBOLD",
    "AlarmCard",
    "AlarmRow",
    "Canvas",
    "ChoiceSheet",
    "Column",
    "CountsTile",
    "DeviceCard",
    "EvidenceTile",
    "FilterButton",
    "Gauge",
    "GoldenView",
    "Header",
    "HoldButton",
    "ImageTile",
    "Key",
    "KeyboardSheet",
    "LampsTile",
    "ListedRows",
    "NavBar",
    "NavButton",
    "Notice",
    "PagedRows",
    "Painting",
    "PinPad",
    "PressButton",
    "ProductCard",
    "ProductPanel",
    "RejectButton",
    "RejectCard",
    "RejectFactsTile",
    "RejectsTile",
    "Style",
    "Table",
    "TableView",
    "TextEntry",
    "TextMark",
    "Tile",
    "TouchButton",
    "VerdictTile",
    "figure_width",
    "image_of",
    "lines_of",
    "load_fonts",
    "paint_state",
    "place_way_out",
    "priority_sign",
    "state_height",
    "verdict_sign",
    "warning_sign",
]
