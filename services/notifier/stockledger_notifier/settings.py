"""Settings of the notifier."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, Self, assert_never

from pydantic import Field, SecretStr, model_validator

from stockledger.config import Texts, require_together
from stockledger.notification_keys import NotificationKeySettings
from stockledger_notifier.channels.channel import Route

SECONDS_MAX: Final = 25.0
"""Longest time-out: an attempt is cut off at 30 s, and a delivery is one process's for 90 s."""

RATE_MIN: Final = 0.05
"""Deliveries a second: fewer would have to wait for longer than they may be taken up."""

POOL_SIZE: Final = 14
"""Connections: two follow, each of four channels takes up and records, four do the chores."""


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is secured."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class NotifierSettings(NotificationKeySettings):
    """What only the notifier needs to know. A channel without settings waits."""

    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_sender: str = "Stockledger <stockledger@localhost>"
    smtp_ca_file: Path | None = None
    smtp_timeout: float = Field(default=20, gt=0, le=SECONDS_MAX)
    """Seconds for a mail, to the server's word about it; slow ones check it before they answer."""

    twilio_url: str = "https://api.twilio.com"
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_sender: str | None = None
    """A telephone number, or the id of a messaging service."""

    web_ca_file: Path | None = None
    """Further authorities that web servers' certificates may be signed by."""

    private_destinations: Texts = ()
    """Host names and networks that may be called although they are not public."""

    supplier_tokens_file: Path | None = None
    """JSON {tenant: {supplier: {token, origin}}}: a token goes to its own server only."""

    supplier_api_timeout: float = Field(
        default=5, gt=0, le=SECONDS_MAX, validation_alias="SUPPLIER_API_TIMEOUT"
    )
    supplier_api_retry_attempts: int = Field(
        default=3, ge=1, le=20, validation_alias="SUPPLIER_API_RETRY_ATTEMPTS"
    )
    webhook_timeout: float = Field(default=10, gt=0, le=SECONDS_MAX)

    emails_per_second: float = Field(default=10, ge=RATE_MIN, le=100_000)
    sms_per_second: float = Field(default=1, ge=RATE_MIN, le=100_000)
    webhooks_per_second: float = Field(default=500, ge=RATE_MIN, le=100_000)
    supplier_orders_per_second: float = Field(default=5, ge=RATE_MIN, le=100_000)

    notify_within_hours: float = Field(default=24, gt=0, le=8_760)
    """Nobody is told of what happened longer ago: a log followed anew is not news."""

    notifications_retention_days: float = Field(default=365, ge=8, le=36_500)
    """How long it is kept what was sent to whom, once it is over."""

    @model_validator(mode="after")
    def _accounts_are_whole(self) -> Self:
        """Refuse half an account, with which a channel would look as if nobody wanted it."""
        twilio = ("twilio_account_sid", "twilio_auth_token", "twilio_sender")
        if any(getattr(self, name) is not None for name in twilio):
            require_together(self, *twilio, why="SMS")
        if self.smtp_username is not None or self.smtp_password is not None:
            require_together(self, "smtp_username", "smtp_password", why="logging in for mail")
        return self

    @property
    def notify_within(self) -> timedelta:
        """How old news may be."""
        return timedelta(hours=self.notify_within_hours)

    @property
    def notifications_retention(self) -> timedelta:
        """How long it is kept what was sent: never less than people may be told of it anew."""
        return max(timedelta(days=self.notifications_retention_days), self.notify_within)

    def per_second(self, route: Route) -> float:
        """Return how much may go out by a route in a second, by this process."""
        match route:
            case Route.EMAIL:
                return self.emails_per_second
            case Route.SMS:
                return self.sms_per_second
            case Route.WEBHOOK:
                return self.webhooks_per_second
            case Route.SUPPLIER:
                return self.supplier_orders_per_second
            case _:
                assert_never(route)
