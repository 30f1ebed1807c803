"""How every service starts: its settings first, then its log, then its work."""

from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from stockledger.config import LogLevel, Settings, load_settings
from stockledger.errors import ConfigurationError
from stockledger.telemetry import configure_logging

STOPPED_FOR_GOOD: Final = 1
"""Exit status of a service that only other settings, topics or tables can help."""

_Kind = TypeVar("_Kind", bound=Settings)
_log = structlog.get_logger(__name__)


def run_service(kind: type[_Kind], serve: Callable[[_Kind], int]) -> int:
    """Serve with the environment's settings; return the exit status.

    A wrong setting is told by one line of the log.
    """
    # Until the setting is known: what is wrong with it has to be a line of the log as well.
    configure_logging(LogLevel.INFO)
    try:
        settings = load_settings(kind)
        configure_logging(settings.log_level)
        return serve(settings)
    except ConfigurationError as error:
        _log.critical("stopped for good", error=str(error))
        return STOPPED_FOR_GOOD
