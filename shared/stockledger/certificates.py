"""Whose certificates are trusted, where we are the client."""

import ssl
from pathlib import Path

from stockledger.config import variable_of
from stockledger.errors import ConfigurationError


def trusting(file: Path | None, setting: str, *, system_too: bool) -> ssl.SSLContext:
    """Return what trusts the authorities of the file, the system's too or without a file.

    ConfigurationError, by the setting's name, when the file holds none.
    """
    try:
        if file is None or not system_too:
            return ssl.create_default_context(cafile=file)
        context = ssl.create_default_context()
        context.load_verify_locations(file)
    except OSError as error:
        message = f"{variable_of(setting)}: no certificates in {file}: {error.strerror}"
        raise ConfigurationError(message) from error
    return context
