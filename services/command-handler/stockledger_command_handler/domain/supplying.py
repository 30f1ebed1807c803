"""Whether an item may be ordered from the supplier that its settings name."""

from stockledger.messages.results import Rejection
from stockledger.messages.streams import supplier_stream
from stockledger_command_handler.domain.item_settings import ItemSettings
from stockledger_command_handler.domain.refusals import invalid, supplier_not_found
from stockledger_command_handler.domain.view import View


def refused_supply(supplier_id: str | None, settings: ItemSettings, view: View) -> Rejection | None:
    """Return the refusal of settings with a supplier who is newly named, or with none."""
    if settings.reorder_automatically and settings.supplier_id is None:
        return invalid("reorder_automatically", "needs a supplier_id")
    if supplier_id is None:
        return None
    view.require(supplier_stream(supplier_id))
    known = view.supplier(supplier_id).details
    return supplier_not_found(supplier_id) if known is None else None
