"""Failures from outside and failures of ownership, wrapped once.

StockledgerError
    ConfigurationError     a setting or the topics' shape forbids to start
    LogError
        LogUnavailable     PostgreSQL did not answer: the outcome is unknown
        OwnershipLost      another process owns the partition by now
        VersionConflict    the stream has that version already
        DataRefused        PostgreSQL refuses a value: nothing was written
    PublishingFailed       Kafka did not acknowledge
    UnknownMessage         a newer release wrote this event

Refusals of commands are values (`messages.results.Rejection`), not errors.
"""


class StockledgerError(Exception):
    """Root of the failures that Stockledger names."""


class ConfigurationError(StockledgerError):
    """A setting, or the shape of topics or tables, forbids to start."""


class LogError(StockledgerError):
    """Root of the log's failures."""


class LogUnavailable(LogError):
    """PostgreSQL did not answer; whether the statement took effect is unknown."""


class OwnershipLost(LogError):
    """Another process owns the partition by now; nothing was written."""


class VersionConflict(LogError):
    """The stream has that version already; nothing was written."""


class DataRefused(LogError):
    """PostgreSQL refuses a value (SQLSTATE class 22, 23 or 54); nothing was written."""


class PublishingFailed(StockledgerError):
    """Kafka did not acknowledge; whether the messages are in the topic is unknown."""


class UnknownMessage(StockledgerError):
    """An event of a type or version that only a newer release knows."""
