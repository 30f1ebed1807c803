"""The language of Stockledger, used by every service."""

__version__ = "0.1.0"
