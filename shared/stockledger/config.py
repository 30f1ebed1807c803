"""Settings, from the environment: `INVENTORY_<NAME>`. One class for what all services share."""

from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PARTITIONS_DEFAULT: Final = 12
"""Partitions of the log and its topics: fixed when created, so ample for the handlers to come."""

PARTITIONS_MAX: Final = 200
"""A statement locks the tables of all partitions in PostgreSQL, whose lock table is finite."""


class Settings(BaseSettings):
    """What every process needs to know."""

    model_config = SettingsConfigDict(env_prefix="INVENTORY_", frozen=True, extra="ignore")

    kafka_bootstrap_servers: str = "127.0.0.1:9092"
    kafka_security_protocol: str = "PLAINTEXT"
    kafka_sasl_mechanism: str | None = None
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ca_file: Path | None = None
    postgres_dsn: SecretStr = SecretStr("postgresql://127.0.0.1:5432/stockledger")
    group_instance_id: str | None = None
    """Name of this process in its group, stable over restarts: no rebalance at a restart."""
    topic_prefix: str = Field(default="", pattern=r"^[A-Za-z0-9.\-]*$")
    dead_letter_suffix: str = "-dlt"
    partitions: int = Field(default=PARTITIONS_DEFAULT, ge=1, le=PARTITIONS_MAX)
    replication_factor: int = Field(default=1, ge=1, le=32_767)
    """Replicas of a topic that is created: 3 in production, where brokers have
    `min.insync.replicas` at 2."""
    reply_topics: tuple[str, ...] = ()
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65_535)
    log_level: str = "info"
    low_stock_threshold: int = Field(default=20, ge=0, le=100)
    reorder_lead_time: int = Field(default=7, ge=0)
    stock_count_frequency: int = Field(default=30, ge=0)
