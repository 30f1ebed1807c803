"""Recipients of a tenant: nobody is told at an address that is not verified as it stands."""

from collections.abc import Mapping
from typing import Any

from stockledger.audit.decision import Convict
from stockledger.audit.findings import Kind
from stockledger.audit.rows import EventRow

Address = tuple[str, str, str]
"""A recipient, its channel and its address."""


class Recipients:
    """All of one partition."""

    def __init__(self, convict: Convict) -> None:
        self._verified: dict[str, set[Address]] = {}
        self._set: dict[str, set[Address]] = {}
        self._convict = convict

    def apply(self, row: EventRow, data: Mapping[str, Any]) -> None:
        """Take the next event of the recipients, or of how they are told."""
        match row.type:
            case "stockledger.RecipientsSet.v1":
                self._replace(row, data)
            case "stockledger.VerificationRequested.v1":
                self._check_set(row, _address(data["recipient_id"], data))
            case "stockledger.RecipientVerified.v1":
                address = _address(data["recipient_id"], data)
                self._check_set(row, address)
                self._verified.setdefault(row.tenant_id, set()).add(address)
            case "stockledger.TemplateSet.v1":
                pass
            case _:
                self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def _replace(self, row: EventRow, data: Mapping[str, Any]) -> None:
        addresses = {
            _address(recipient["recipient_id"], recipient) for recipient in data["recipients"]
        }
        verified = self._verified.get(row.tenant_id, set()) & addresses
        expected, found = {name for name, _, _ in verified}, set(data.get("verified", ()))
        if found != expected:
            self._convict(Kind.RECIPIENT, row, f"verified {sorted(expected)}", sorted(found))
        if len(addresses) != len(data["recipients"]):
            self._convict(Kind.RECIPIENT, row, "each recipient once", len(data["recipients"]))
        self._set[row.tenant_id], self._verified[row.tenant_id] = addresses, verified

    def _check_set(self, row: EventRow, address: Address) -> None:
        if address not in self._set.get(row.tenant_id, ()):
            self._convict(Kind.RECIPIENT, row, "a recipient that is set", address[0])


def _address(recipient_id: str, data: Mapping[str, Any]) -> Address:
    return recipient_id, data["channel"], data["address"]
