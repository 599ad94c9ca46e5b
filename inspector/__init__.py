"""Inspector: edge vision inspection that rejects by default."""

__version__ = "0.1.0"
