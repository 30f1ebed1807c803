"""All channels, as the settings have them."""

from collections.abc import Mapping

from stockledger.certificates import trusting
from stockledger_notifier.addresses import LookUp, PrivateDestinations
from stockledger_notifier.channels.channel import Channel, Route
from stockledger_notifier.channels.email import EmailChannel
from stockledger_notifier.channels.mail_connections import MailServer
from stockledger_notifier.channels.sms import SmsChannel, TwilioAccount
from stockledger_notifier.channels.supplier_api import SupplierChannel, read_tokens
from stockledger_notifier.channels.web import OutsideWeb
from stockledger_notifier.channels.webhook import WebhookChannel
from stockledger_notifier.rendering import Renderer
from stockledger_notifier.settings import NotifierSettings


def open_channels(
    settings: NotifierSettings, renderer: Renderer, look_up: LookUp | None = None
) -> Mapping[Route, Channel]:
    """Return the channels that the settings suffice for; call it where a loop runs.

    ConfigurationError when a setting is wrong. Nothing is connected to yet.
    """
    private = PrivateDestinations.of(settings.private_destinations)
    tokens = read_tokens(settings.supplier_tokens_file)
    server, account = _mail_server(settings), _account(settings)
    tls = trusting(settings.web_ca_file, "web_ca_file", system_too=True)
    mail_tls = trusting(settings.smtp_ca_file, "smtp_ca_file", system_too=True)

    def web(seconds: float) -> OutsideWeb:
        return OutsideWeb(private, seconds=seconds, tls=tls, look_up=look_up)

    channels: dict[Route, Channel] = {
        Route.SUPPLIER: SupplierChannel(web(settings.supplier_api_timeout), tokens)
    }
    if settings.notification_key is not None:
        key = settings.notification_key.get_secret_value().encode()
        channels[Route.WEBHOOK] = WebhookChannel(web(settings.webhook_timeout), key)
    if server is not None:
        channels[Route.EMAIL] = EmailChannel(
            server, renderer, tls=mail_tls, seconds=settings.smtp_timeout
        )
    if account is not None:
        channels[Route.SMS] = SmsChannel(account, renderer, tls=tls)
    return channels


def _mail_server(settings: NotifierSettings) -> MailServer | None:
    if settings.smtp_host is None:
        return None
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_sender,
        settings.smtp_security,
        settings.smtp_username,
        settings.smtp_password,
    )


def _account(settings: NotifierSettings) -> TwilioAccount | None:
    sid, token, sender = (
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_sender,
    )
    if sid is None or token is None or sender is None:
        return None
    return TwilioAccount(settings.twilio_url, sid, token, sender)
