"""Which channels there are, as the settings have it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from stockledger.config import load_settings
from stockledger.errors import ConfigurationError
from stockledger_notifier.channels.channel import Delivery, Route
from stockledger_notifier.channels.opening import open_channels
from stockledger_notifier.rendering import Renderer
from stockledger_notifier.settings import NotifierSettings
from tests.support.delivery_builders import A_CODE, a_delivery, names

KEY = SecretStr("0123456789abcdef0123456789abcdef")


async def opened(settings: NotifierSettings) -> set[Route]:
    channels = open_channels(settings, Renderer(), names({}))
    for channel in channels.values():
        await channel.close()
    return set(channels)


async def test_without_settings_orders_can_be_handed_to_suppliers_only() -> None:
    assert await opened(NotifierSettings()) == {Route.SUPPLIER}


async def test_each_channel_is_there_once_its_settings_are() -> None:
    assert await opened(NotifierSettings(notification_key=KEY)) == {Route.SUPPLIER, Route.WEBHOOK}
    assert await opened(NotifierSettings(smtp_host="mail.acme.example")) == {
        Route.SUPPLIER,
        Route.EMAIL,
    }
    twilio = NotifierSettings(
        twilio_account_sid="AC1", twilio_auth_token=KEY, twilio_sender="+4930123456"
    )
    assert await opened(twilio) == {Route.SUPPLIER, Route.SMS}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"twilio_account_sid": "AC1", "twilio_auth_token": KEY}, "TWILIO_SENDER is"),
        ({"twilio_sender": "+4930123456"}, "TWILIO_ACCOUNT_SID, INVENTORY_TWILIO_AUTH_TOKEN are"),
        ({"smtp_password": KEY}, "SMTP_USERNAME is"),
    ],
)
def test_half_an_account_is_refused_by_what_is_missing(
    given: dict[str, object], missing: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^INVENTORY_{missing} not set"):
        load_settings(NotifierSettings, **given)


async def test_a_setting_that_is_wrong_forbids_to_start() -> None:
    for settings in (
        NotifierSettings(private_destinations=("10.0.0.1/8",)),
        NotifierSettings(smtp_host="mail.acme.example", smtp_sender="nobody"),
        NotifierSettings(web_ca_file=Path("missing.pem")),
        NotifierSettings(smtp_ca_file=Path(__file__)),
        NotifierSettings(supplier_tokens_file=Path(__file__)),
    ):
        with pytest.raises(ConfigurationError):
            await opened(settings)


@pytest.mark.parametrize("address", ["https://hooks.example.com/token-8fe1", "anna@shop.example"])
def test_a_delivery_shows_neither_its_address_nor_a_code(address: str) -> None:
    delivery: Delivery = a_delivery(Route.WEBHOOK, address, facts=A_CODE)

    assert address not in repr(delivery)
    assert A_CODE["code"] not in repr(delivery)
