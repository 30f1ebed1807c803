"""What is known of a supplier is whole, and where its orders go can be called."""

from dataclasses import asdict, dataclass
from typing import Final

from stockledger.messages.supplier import RegisterSupplier, SupplierRegistered
from stockledger_command_handler.domain.addresses import web_address_problem
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.settings import copied
from stockledger_command_handler.domain.view import Decision, View

FOLD_VERSION: Final = 1
"""Raised when `SupplierState` or `evolve` changes, so that older snapshots are not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierDetails:
    """All that is known of a supplier; each name is that of a field of the messages."""

    name: str
    api_url: str | None = None
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    lead_time_days: int | None = None


@dataclass(slots=True)
class SupplierState:
    """A supplier. `details` is None until it is registered."""

    details: SupplierDetails | None = None


def initial() -> SupplierState:
    """Return a supplier that nobody knows; a new one each time, to be evolved."""
    return SupplierState()


def decide(command: RegisterSupplier, view: View) -> Decision:
    if command.api_url is not None and (problem := web_address_problem(command.api_url)):
        return invalid("api_url", problem)
    details = copied(SupplierDetails, command)
    if details == view.supplier(command.supplier_id).details:
        return []
    return [
        SupplierRegistered(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            supplier_id=command.supplier_id,
            **asdict(details),
        )
    ]


def evolve(state: SupplierState, event: SupplierRegistered) -> SupplierState:
    state.details = copied(SupplierDetails, event)
    return state
