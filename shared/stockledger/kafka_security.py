"""How connections to Kafka are secured: FastStream's security objects, of our settings."""

from typing import Final

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from stockledger.certificates import trusting
from stockledger.config import SaslMechanism, Settings

_SASL: Final = {
    SaslMechanism.PLAIN: SASLPlaintext,
    SaslMechanism.SCRAM_SHA_256: SASLScram256,
    SaslMechanism.SCRAM_SHA_512: SASLScram512,
}


def security_of(settings: Settings) -> BaseSecurity | None:
    """Return FastStream's security object for the settings; None for a plain connection.

    ConfigurationError when the authorities cannot be read.
    """
    protocol = settings.kafka_security_protocol
    context = (
        trusting(settings.kafka_ca_file, "kafka_ca_file", system_too=False)
        if protocol.is_encrypted
        else None
    )
    if not protocol.names_us:
        return BaseSecurity(ssl_context=context, use_ssl=True) if context else None
    assert settings.kafka_sasl_mechanism is not None
    assert settings.kafka_sasl_username is not None
    assert settings.kafka_sasl_password is not None
    return _SASL[settings.kafka_sasl_mechanism](
        username=settings.kafka_sasl_username,
        password=settings.kafka_sasl_password.get_secret_value(),
        ssl_context=context,
        use_ssl=protocol.is_encrypted,
    )
