"""Suppliers, whom stock is ordered from: commands, then events."""

from typing import Annotated, Final

from pydantic import Field

from stockledger.messages.fields import Days, IdField, Name, StreamName, Text
from stockledger.messages.message import Event, StreamCommand, message
from stockledger.messages.streams import supplier_stream

URL_LENGTH_MAX: Final = 500
"""Characters of an address on the web."""

Url = Annotated[
    str,
    Field(strict=True, max_length=URL_LENGTH_MAX, pattern=r"^https?://[^\x00-\x20\x7f\\]+$"),
]
"""An absolute address on the web. Which hosts may be called is decided where it is called."""


@message
class RegisterSupplier(StreamCommand):
    """Register a supplier, or set all that is known of one anew.

    Orders are submitted to `api_url`; without one they are offered for manual ordering.
    """

    supplier_id: IdField
    name: Name
    api_url: Url | None = None
    contact: Name | None = None
    email: Name | None = None
    phone: Name | None = None
    address: Text | None = None
    lead_time_days: Days | None = None

    @property
    def stream(self) -> StreamName:
        return supplier_stream(self.supplier_id)


@message
class SupplierRegistered(Event):
    """All that is known of the supplier, from now on."""

    supplier_id: str
    name: str
    api_url: str | None = None
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    lead_time_days: int | None = None

    @property
    def stream(self) -> StreamName:
        return supplier_stream(self.supplier_id)
