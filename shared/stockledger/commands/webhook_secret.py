"""`stockledger webhook-secret`: shows what a recipient's webhooks are signed with."""

from typing import Annotated

import typer

from stockledger.config import load_settings
from stockledger.errors import ConfigurationError
from stockledger.messages.fields import TenantId
from stockledger.notification_keys import (
    NotificationKeySettings,
    webhook_secret,
    written_secret,
)


def show_webhook_secret(
    tenant_id: Annotated[str, typer.Argument(metavar="TENANT")],
    recipient_id: Annotated[str, typer.Argument(metavar="RECIPIENT")],
) -> None:
    """Print the secret that a recipient's webhooks are signed with, for whoever checks them.

    It follows from INVENTORY_NOTIFICATION_KEY, which must be the notifier's (status 2 without).
    Whoever has the secret can sign in Stockledger's name: hand it over as you would a password.

    Example: stockledger webhook-secret acme shop-hook
    """
    key = load_settings(NotificationKeySettings).notification_key_bytes()
    if key is None:
        message = "INVENTORY_NOTIFICATION_KEY is not set; it has to be the notifier's"
        raise ConfigurationError(message)
    typer.echo(written_secret(webhook_secret(key, TenantId(tenant_id), recipient_id)))
