"""Orders to suppliers over their HTTP APIs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, ConfigDict, SecretStr, TypeAdapter, ValidationError
from yarl import URL

from stockledger.errors import ConfigurationError
from stockledger.messages.fields import NAME_LENGTH_MAX, time_from_wire, time_to_wire
from stockledger_notifier.channels.channel import (
    Delivery,
    Failed,
    Outcome,
    Sent,
    SupplierAnswer,
)
from stockledger_notifier.channels.web import OURS, Answer, OutsideWeb


def _origin(text: str) -> str:
    """Return a server's address; ValueError when it says anything besides."""
    url = URL(text)
    if url.scheme not in {"http", "https"} or url != url.origin():
        raise ValueError("not an origin")
    return _written(url)


@dataclass(frozen=True, slots=True)
class SupplierToken:
    """What a supplier's server knows us by, and that server: nobody else is shown it.

    Where orders are sent is said by the tenant, who is not told the token.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    token: SecretStr
    origin: Annotated[str, AfterValidator(_origin)]

    def is_for(self, address: str) -> bool:
        """Say whether the address is one of the token's server; one that is none is not."""
        try:
            return _written(URL(address).origin()) == self.origin
        except ValueError:
            return False


Tokens = Mapping[str, Mapping[str, SupplierToken]]
"""The token of each supplier of each tenant."""

ORDER_FIELDS: Final = ("supplier_order_id", "lines", "expected_delivery")
"""What a supplier is told of an order; the rest is the tenant's own business."""

ASK_FIRST: Final = "the supplier may have the order already; ask him before ordering by hand"

_TOKENS: Final = TypeAdapter(dict[str, dict[str, SupplierToken]])


class SupplierChannel:
    """Posts an order to its supplier; the `Idempotency-Key` is the same in every repeat."""

    def __init__(self, web: OutsideWeb, tokens: Tokens) -> None:
        self._web = web
        self._tokens = tokens

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the order; 2xx means that the supplier has it."""
        headers = {"Idempotency-Key": delivery.delivery_id}
        known = self._tokens.get(delivery.tenant_id, {}).get(delivery.supplier_id or "")
        if known is not None:
            if not known.is_for(delivery.address):
                return Failed(permanent=True, cause=f"the token is for {known.origin} only")
            headers["Authorization"] = f"Bearer {known.token.get_secret_value()}"
        answer = await self._web.post(delivery.address, order_body(delivery), headers)
        if isinstance(answer, Failed):
            return answer
        return _refusal(answer) or Sent(order=supplier_answer(answer))

    async def close(self) -> None:
        """Close every connection."""
        await self._web.close()


def _refusal(answer: Answer) -> Failed | None:
    """Return why the order was not taken; who says that it conflicts may have it all the same."""
    failed = answer.refusal(OURS)
    if failed is None or answer.status != HTTPStatus.CONFLICT:
        return failed
    return replace(failed, cause=f"{failed.cause}: {ASK_FIRST}")


def order_body(delivery: Delivery) -> bytes:
    """Return the order as the supplier reads it."""
    facts = delivery.facts
    order = {name: facts[name] for name in ORDER_FIELDS if facts.get(name) is not None}
    return orjson.dumps({"id": delivery.delivery_id, "buyer": delivery.tenant_id, **order})


def _written(origin: URL) -> str:
    """Return an origin so that equal ones are the same text, their port being always said."""
    return f"{origin.scheme}://{origin.host_subcomponent}:{origin.port}"


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
        raise ConfigurationError(f"INVENTORY_SUPPLIER_TOKENS_FILE: {error.strerror}") from error
    except (ValidationError, orjson.JSONDecodeError):
        # Not chained: what it quotes may be a token.
        raise ConfigurationError(
            "INVENTORY_SUPPLIER_TOKENS_FILE is not JSON of the form "
            '{tenant: {supplier: {"token": …, "origin": "https://…"}}}'
        ) from None
