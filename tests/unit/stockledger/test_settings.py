"""Settings come from the environment, and a wrong one is told by its variable."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field

from stockledger.broker import connection_arguments
from stockledger.config import KafkaSecurityProtocol, SaslMechanism, Settings, load_settings
from stockledger.errors import ConfigurationError
from stockledger.notification_keys import NotificationKeySettings
from stockledger.topics import Topics
from stockledger_notifier.settings import NotifierSettings
from tests.support.encryption import AUTHORITY_FILE

PASSWORD = "correct-horse"
Given = Callable[..., None]
LOGIN = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "stockledger",
    "KAFKA_SASL_PASSWORD": PASSWORD,
}


class Guessed(Settings):
    """Settings of which one is read as JSON before it is looked at."""

    guesses: list[str] = Field(default_factory=list[str])


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Return what puts settings into the environment."""

    def give(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"INVENTORY_{name}", value)

    return give


def refusal_of(kind: type[Settings] = Settings) -> str:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(kind)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PARTITIONS", "0", "Input should be greater than or equal to 1"),
        ("REPLY_TOPICS", "shop.results.v1", "Input should be a JSON list of texts"),
        ("REPLY_TOPICS", '"shop.results.v1"', "Input should be a JSON list of texts"),
        ("LOG_LEVEL", "verbose", "Input should be 'debug', 'info', 'warning', 'error' or 'crit"),
        ("KAFKA_SECURITY_PROTOCOL", "SASL-SSL", "Input should be 'PLAINTEXT', 'SSL', 'SASL_PL"),
        ("KAFKA_SASL_MECHANISM", "GSSAPI", "Input should be 'PLAIN', 'SCRAM-SHA-256' or "),
        ("DEAD_LETTER_SUFFIX", " ", "String should match pattern"),
    ],
)
def test_a_wrong_setting_is_a_sentence_with_its_name(
    given: Given, name: str, value: str, problem: str
) -> None:
    given(**{name: value})
    assert refusal_of().startswith(f"INVENTORY_{name}: {problem}")


def test_all_wrong_settings_are_told_at_once(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    given(SMTP_PORT="mail", PRIVATE_DESTINATIONS='["10.0.0.0/8", 7]')
    monkeypatch.setenv("SUPPLIER_API_TIMEOUT", "90")
    told = [problem.partition(": ")[0] for problem in refusal_of(NotifierSettings).split("; ")]
    wrong = ["SMTP_PORT", "PRIVATE_DESTINATIONS[1]"]
    assert told == [*(f"INVENTORY_{name}" for name in wrong), "SUPPLIER_API_TIMEOUT"]


def test_what_cannot_even_be_read_is_told_too(given: Given) -> None:
    given(GUESSES="a, b")
    assert '"guesses"' in refusal_of(Guessed)


def test_what_is_known_otherwise_is_not_asked_of_the_environment(given: Given) -> None:
    given(POSTGRES_DSN="postgresql://elsewhere/x", TOPIC_PREFIX="eu.")
    settings = load_settings(Settings, postgres_dsn="postgresql://here/x")
    assert settings.postgres_dsn.get_secret_value() == "postgresql://here/x"
    assert settings.topic_prefix == "eu."


def test_a_setting_that_is_empty_counts_as_not_set(given: Given) -> None:
    given(DEAD_LETTER_SUFFIX="", NOTIFICATION_KEY="", KAFKA_CA_FILE="", PARTITIONS="")
    settings = load_settings(NotificationKeySettings)
    assert (settings.notification_key, settings.kafka_ca_file) == (None, None)
    assert settings.partitions == 12
    topics = Topics.of(settings)
    assert topics.commands_dead_letters == "inventory.commands.v1-dlt"
    assert topics.orders_dead_letters == "orders.events.v1-dlt"


def test_lists_and_levels_are_read_as_they_are_written(given: Given) -> None:
    given(REPLY_TOPICS='["shop.results.v1", "till.results.v1"]', LOG_LEVEL="WARNING")
    settings = load_settings(Settings)
    assert settings.reply_topics == ("shop.results.v1", "till.results.v1")
    assert settings.log_level == "warning"


def test_a_protocol_in_small_letters_is_encrypted_all_the_same(given: Given) -> None:
    given(**LOGIN | {"KAFKA_SECURITY_PROTOCOL": "sasl_ssl", "KAFKA_SASL_MECHANISM": "plain"})
    arguments = connection_arguments(load_settings(Settings))
    assert arguments["security_protocol"] == "SASL_SSL"
    assert arguments["sasl_mechanism"] == "PLAIN"
    assert arguments["sasl_plain_password"] == PASSWORD
    assert arguments["ssl_context"].check_hostname


@pytest.mark.parametrize("protocol", KafkaSecurityProtocol)
@pytest.mark.parametrize("mechanism", SaslMechanism)
def test_clients_are_told_to_connect_as_the_settings_say(
    given: Given, protocol: KafkaSecurityProtocol, mechanism: SaslMechanism
) -> None:
    given(KAFKA_SECURITY_PROTOCOL=protocol)
    if protocol.names_us:
        given(**LOGIN | {"KAFKA_SECURITY_PROTOCOL": protocol, "KAFKA_SASL_MECHANISM": mechanism})
    arguments = connection_arguments(load_settings(Settings))
    assert arguments.get("security_protocol", "PLAINTEXT") == protocol
    assert arguments.get("sasl_mechanism") == (mechanism if protocol.names_us else None)
    assert bool(arguments.get("ssl_context")) == protocol.is_encrypted


@pytest.mark.parametrize("name", ["MECHANISM", "USERNAME", "PASSWORD"])
def test_logging_in_to_kafka_needs_all_that_belongs_to_it(given: Given, name: str) -> None:
    given(**LOGIN | {f"KAFKA_SASL_{name}": ""})
    told = refusal_of()
    assert told == f"INVENTORY_KAFKA_SASL_{name} is not set, which Kafka over SASL_SSL needs"
    assert PASSWORD not in told


@pytest.mark.parametrize(
    ("protocol", "name", "value"),
    [
        ("PLAINTEXT", "KAFKA_SASL_PASSWORD", PASSWORD),
        ("SSL", "KAFKA_SASL_USERNAME", "stockledger"),
        ("PLAINTEXT", "KAFKA_CA_FILE", "authority.pem"),
        ("SASL_PLAINTEXT", "KAFKA_CA_FILE", "authority.pem"),
    ],
)
def test_what_would_be_passed_over_is_refused(
    given: Given, protocol: str, name: str, value: str
) -> None:
    given(**LOGIN if protocol == "SASL_PLAINTEXT" else {})
    given(KAFKA_SECURITY_PROTOCOL=protocol, **{name: value})
    told = refusal_of()
    assert told == f"INVENTORY_{name}: of no use with INVENTORY_KAFKA_SECURITY_PROTOCOL={protocol}"


@pytest.mark.parametrize("file", [Path("missing.pem"), Path(__file__)])
def test_a_file_without_authorities_is_named_with_its_setting(file: Path) -> None:
    settings = load_settings(Settings, kafka_security_protocol="SSL", kafka_ca_file=file)
    with pytest.raises(ConfigurationError, match=rf"INVENTORY_KAFKA_CA_FILE: .*{file.name}"):
        connection_arguments(settings)


def test_only_the_authorities_of_the_file_are_trusted() -> None:
    settings = load_settings(Settings, kafka_security_protocol="SSL", kafka_ca_file=AUTHORITY_FILE)
    assert len(connection_arguments(settings)["ssl_context"].get_ca_certs()) == 1
