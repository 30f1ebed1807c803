"""Codes and secrets follow from one key, each from what it is for, and cannot be told apart."""

import base64
import hashlib
import hmac
from itertools import combinations

import pytest
from pydantic import TypeAdapter, ValidationError
from typer.testing import CliRunner

from stockledger.cli import application
from stockledger.errors import ConfigurationError
from stockledger.messages.fields import TenantId
from stockledger.messages.recipients import Channel, Code
from stockledger.notification_keys import (
    CODE_LENGTH,
    NotificationKeySettings,
    verification_code,
    webhook_secret,
    written_secret,
)

KEY = b"0123456789abcdef0123456789abcdef"
ACME, OTHER = TenantId("acme"), TenantId("other")
MAIL = "grace@acme.example"


def test_a_code_is_one_that_a_command_can_carry_and_the_same_each_time() -> None:
    code = verification_code(KEY, ACME, Channel.EMAIL, MAIL)
    assert TypeAdapter(Code).validate_python(code) == code
    assert len(code) == CODE_LENGTH
    assert code == verification_code(KEY, ACME, Channel.EMAIL, MAIL)


def test_a_code_is_good_for_one_address_of_one_tenant_only() -> None:
    codes = [
        verification_code(KEY, ACME, Channel.EMAIL, MAIL),
        verification_code(KEY[::-1], ACME, Channel.EMAIL, MAIL),
        verification_code(KEY, OTHER, Channel.EMAIL, MAIL),
        verification_code(KEY, ACME, Channel.WEBHOOK, MAIL),
        verification_code(KEY, ACME, Channel.EMAIL, "ada@acme.example"),
    ]
    assert all(one != other for one, other in combinations(codes, 2))


def test_parts_that_run_into_each_other_are_kept_apart() -> None:
    assert webhook_secret(KEY, TenantId("a"), "bc") != webhook_secret(KEY, TenantId("ab"), "c")


def test_a_secret_is_written_as_receivers_expect_it() -> None:
    secret = webhook_secret(KEY, ACME, "shop-hook")
    written = written_secret(secret)
    assert written.startswith("whsec_")
    assert base64.b64decode(written.removeprefix("whsec_")) == secret
    assert len(secret) == 32
    said = b"webhook\0acme\0shop-hook"
    assert secret == hmac.new(KEY, said, hashlib.sha256).digest(), "receivers have it by now"


def test_the_command_line_shows_the_secret() -> None:
    shown = CliRunner().invoke(
        application(),
        ["webhook-secret", "acme", "shop-hook"],
        env={"INVENTORY_NOTIFICATION_KEY": KEY.decode()},
    )
    assert (shown.exit_code, shown.stdout.strip()) == (
        0,
        written_secret(webhook_secret(KEY, ACME, "shop-hook")),
    )


def test_a_short_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        NotificationKeySettings.model_validate({"notification_key": "too-short"})
    assert "too-short" not in str(refused.value)


def test_a_key_is_not_shown_with_the_settings() -> None:
    settings = NotificationKeySettings.model_validate({"notification_key": KEY.decode()})
    assert settings.notification_key_bytes() == KEY
    assert KEY.decode() not in repr(settings)


def test_without_a_key_nothing_is_shown() -> None:
    shown = CliRunner().invoke(
        application(),
        ["webhook-secret", "acme", "shop-hook"],
        env={"INVENTORY_NOTIFICATION_KEY": None},
    )
    assert isinstance(shown.exception, ConfigurationError)
    assert shown.stdout == ""
