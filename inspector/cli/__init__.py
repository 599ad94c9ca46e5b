"""The command line: thin, one module per command. Rooms are imported by the command that needs them."""

from inspector.cli._main import main

__all__ = ["main"]
