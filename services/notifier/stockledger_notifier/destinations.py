"""Which deliveries share a fate: those that the same server takes."""

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from stockledger_notifier.channels.channel import Route

DESTINATIONS_REMEMBERED: Final = 10_000
"""Addresses whose server is kept at hand."""

_PORTS: Final = {"http": 80, "https": 443}


@lru_cache(maxsize=DESTINATIONS_REMEMBERED)
def destination_of(route: Route, tenant_id: str, address: str) -> str:
    """Return the server that a delivery goes to: the only mail server, or the host of a URL.

    A host is another one for each tenant: none suffers from what another has put there.
    """
    if route in {Route.EMAIL, Route.SMS}:
        return route
    try:
        url = urlsplit(address)
        host = f"{url.hostname}:{url.port or _PORTS.get(url.scheme)}"
    except ValueError:
        host = address
    return f"{tenant_id} {host}"
