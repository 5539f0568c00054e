"""The version of this package; it is the program's."""

__version__ = "0.1.0"
