"""Orders to suppliers over their HTTP APIs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import SecretStr, TypeAdapter, ValidationError

from stockledger.errors import ConfigurationError
from stockledger.messages.fields import NAME_LENGTH_MAX, time_from_wire, time_to_wire
from stockledger_notifier.channels.channel import (
    Delivery,
    Failed,
    Outcome,
    Sent,
    SupplierAnswer,
)
from stockledger_notifier.channels.web import Answer, OutsideWeb

Tokens = Mapping[str, Mapping[str, SecretStr]]
"""The token of each supplier of each tenant."""

ORDER_FIELDS: Final = ("supplier_order_id", "lines", "expected_delivery")
"""What a supplier is told of an order; the rest is the tenant's own business."""

_TOKENS: Final = TypeAdapter(dict[str, dict[str, SecretStr]])


class SupplierChannel:
    """Posts an order to its supplier; the `Idempotency-Key` is the same in every repeat."""

    def __init__(self, web: OutsideWeb, tokens: Tokens) -> None:
        self._web = web
        self._tokens = tokens

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the order; 2xx means that the supplier has it."""
        headers = {"Idempotency-Key": delivery.delivery_id}
        token = self._tokens.get(delivery.tenant_id, {}).get(delivery.supplier_id or "")
        if token is not None:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        answer = await self._web.post(delivery.address, order_body(delivery), headers)
        if isinstance(answer, Failed):
            return answer
        return Sent(order=supplier_answer(answer))

    async def close(self) -> None:
        """Close every connection."""
        await self._web.close()


def order_body(delivery: Delivery) -> bytes:
    """Return the order as the supplier reads it."""
    facts = delivery.facts
    order = {name: facts[name] for name in ORDER_FIELDS if facts.get(name) is not None}
    return orjson.dumps({"id": delivery.delivery_id, "buyer": delivery.tenant_id, **order})


def supplier_answer(answer: Answer) -> SupplierAnswer:
    """Return what the supplier said; nothing where it cannot be understood: it has the order."""
    said = answer.fields()
    return SupplierAnswer(
        _one_line(said.get("reference")),
        said.get("confirmed") is True,
        _time(said.get("expected_delivery")),
    )


def _one_line(reference: object) -> str | None:
    if not isinstance(reference, str):
        return None
    shown = "".join(letter for letter in reference if letter.isprintable())
    return shown.strip()[:NAME_LENGTH_MAX] or None


def _time(text: object) -> str | None:
    try:
        return time_to_wire(time_from_wire(text))
    except ValueError:
        return None


def read_tokens(file: Path | None) -> Tokens:
    """Return the tokens of the file; ConfigurationError, without any of them, when it is none."""
    if file is None:
        return {}
    try:
        read: Any = orjson.loads(file.read_bytes())
        return _TOKENS.validate_python(read)
    except OSError as error:
        raise ConfigurationError(f"supplier_tokens_file: {error.strerror}") from error
    except (ValidationError, orjson.JSONDecodeError):
        # Not chained: what it quotes may be a token.
        raise ConfigurationError(
            "supplier_tokens_file is not JSON of the form {tenant: {supplier: token}}"
        ) from None
