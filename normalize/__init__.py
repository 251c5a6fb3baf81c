"""From dirty text to normal form: legacy tables in, clean frames and a filled store out."""

__version__ = "0.1.0"
