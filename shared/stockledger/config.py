"""Settings, from the environment: `INVENTORY_<NAME>`. One class for what all services share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar, cast

import orjson
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from stockledger.errors import ConfigurationError

PARTITIONS_DEFAULT: Final = 12
"""Partitions of the log and its topics: fixed when created, so ample for the handlers to come."""

PARTITIONS_MAX: Final = 200
"""A statement locks the tables of all partitions in PostgreSQL, whose lock table is finite."""

_PREFIX: Final = "INVENTORY_"
_Kind = TypeVar("_Kind", bound="Settings")


class KafkaSecurityProtocol(StrEnum):
    """How the connection to Kafka is secured, in Kafka's own words."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def is_encrypted(self) -> bool:
        """Whether by TLS, in which Kafka shows a certificate."""
        return self in {KafkaSecurityProtocol.SSL, KafkaSecurityProtocol.SASL_SSL}

    @property
    def names_us(self) -> bool:
        """Whether we log in, by user name and password."""
        return self in {KafkaSecurityProtocol.SASL_PLAINTEXT, KafkaSecurityProtocol.SASL_SSL}


class SaslMechanism(StrEnum):
    """How the password is proved to Kafka."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


class LogLevel(StrEnum):
    """The least grave lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


def _in_capitals(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _in_small_letters(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _listed(value: object) -> object:
    """Return the list that a variable's text is; what the program itself gives stays."""
    if not isinstance(value, str):
        return value
    try:
        texts: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        texts = None
    if isinstance(texts, list):
        return cast("list[object]", texts)
    message = 'Input should be a JSON list of texts, as in ["one", "another"]'
    raise ValueError(message)


Texts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""A setting that is a JSON list."""


class Settings(BaseSettings):
    """What every process needs to know. A variable that is empty counts as one that is not set."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,  # some are passwords
    )

    kafka_bootstrap_servers: str = "127.0.0.1:9092"
    kafka_security_protocol: Annotated[KafkaSecurityProtocol, BeforeValidator(_in_capitals)] = (
        KafkaSecurityProtocol.PLAINTEXT
    )
    kafka_sasl_mechanism: Annotated[SaslMechanism, BeforeValidator(_in_capitals)] | None = None
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ca_file: Path | None = None
    postgres_dsn: SecretStr = SecretStr("postgresql://127.0.0.1:5432/stockledger")
    group_instance_id: str | None = None
    """Name of this process in its group, stable over restarts: no rebalance at a restart."""
    topic_prefix: str = Field(default="", pattern=r"^[A-Za-z0-9.\-]*$")
    dead_letter_suffix: str = Field(default="-dlt", pattern=r"^[A-Za-z0-9._\-]+$")
    partitions: int = Field(default=PARTITIONS_DEFAULT, ge=1, le=PARTITIONS_MAX)
    replication_factor: int = Field(default=1, ge=1, le=32_767)
    """Replicas of a topic that is created: 3 in production, where brokers have
    `min.insync.replicas` at 2."""
    reply_topics: Texts = ()
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65_535)
    log_level: Annotated[LogLevel, BeforeValidator(_in_small_letters)] = LogLevel.INFO
    low_stock_threshold: int = Field(default=20, ge=0, le=100)
    reorder_lead_time: int = Field(default=7, ge=0)
    stock_count_frequency: int = Field(default=30, ge=0)

    @model_validator(mode="after")
    def _kafka_security_fits(self) -> Self:
        """Refuse settings that would be passed over: what they secure would be less secure."""
        protocol = self.kafka_security_protocol
        sasl = ("kafka_sasl_mechanism", "kafka_sasl_username", "kafka_sasl_password")
        if protocol.names_us:
            require_together(self, *sasl, why=f"Kafka over {protocol}")
        useless = [name for name in sasl if not protocol.names_us and getattr(self, name)]
        if self.kafka_ca_file is not None and not protocol.is_encrypted:
            useless.append("kafka_ca_file")
        if useless:
            given = ", ".join(map(variable_of, useless))
            message = f"{given}: of no use with {variable_of('kafka_security_protocol')}={protocol}"
            raise ValueError(message)
        return self


def load_settings(kind: type[_Kind], **known: object) -> _Kind:
    """Return the settings that the environment gives, but for those known otherwise.

    Raises:
        ConfigurationError: some are wrong; it names the variables, and quotes none of them.
    """
    try:
        return kind.model_validate(known)
    except ValidationError as error:
        problems = [_sentence(kind, problem) for problem in error.errors(include_input=False)]
        raise ConfigurationError("; ".join(problems)) from error


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return _PREFIX + name.upper()


def require_together(settings: Settings, *names: str, why: str) -> None:
    """Raise ValueError, as a validator does, unless all of the settings are there."""
    missing = [variable_of(name) for name in names if getattr(settings, name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        message = f"{', '.join(missing)} {verb} not set, which {why} needs"
        raise ValueError(message)


def _sentence(kind: type[Settings], problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return what is wrong, behind the variable's name, unless a check of several names them."""
    said = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return said
    name, *inside = map(str, problem["loc"])
    # A setting with a name of its own in the environment is told by that one.
    variable = variable_of(name) if name in kind.model_fields else name
    return f"{variable}{''.join(f'[{part}]' for part in inside)}: {said}"
