"""Tenants: their settings, and the warehouse that is meant where none is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from stockledger.audit.decision import Convict
from stockledger.audit.findings import Kind
from stockledger.audit.rows import EventRow

TENANT_CONFIGURED: Final = "stockledger.TenantConfigured.v1"
DEFAULT_WAREHOUSE_SET: Final = "stockledger.DefaultWarehouseSet.v1"


@dataclass(slots=True)
class TenantSeen:
    """A tenant as its events leave it; `configured`: the last event about its settings."""

    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    default_warehouse: str | None = None
    configured: EventRow | None = None


class Tenants:
    """All of one partition."""

    def __init__(self, convict: Convict) -> None:
        self.seen: dict[str, TenantSeen] = {}
        self._convict = convict

    def settings_of(self, tenant_id: str) -> Mapping[str, Any]:
        """Return what a tenant has set."""
        tenant = self.seen.get(tenant_id)
        return {} if tenant is None else tenant.settings

    def default_of(self, tenant_id: str) -> str | None:
        """Return a tenant's default warehouse."""
        tenant = self.seen.get(tenant_id)
        return None if tenant is None else tenant.default_warehouse

    def apply(self, row: EventRow, data: dict[str, Any]) -> None:
        """Take the next event of a tenant that is not about a day's check."""
        tenant = self.seen.setdefault(row.tenant_id, TenantSeen())
        if row.type == TENANT_CONFIGURED:
            tenant.settings, tenant.configured = data, row
        elif row.type == DEFAULT_WAREHOUSE_SET:
            tenant.default_warehouse = data["warehouse_id"]
        else:
            self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)
