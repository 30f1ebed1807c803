"""Which deliveries wait for each other, and which share a fate: those that one server takes."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from stockledger_notifier.channels.channel import Route

DESTINATIONS_REMEMBERED: Final = 10_000
"""Addresses whose server is kept at hand."""

SERVED_BY_OURS: Final = frozenset({Route.EMAIL, Route.SMS})
"""Routes with one server for all tenants, which the operator has set up."""

_PORTS: Final = {"http": 80, "https": 443}


@lru_cache(maxsize=DESTINATIONS_REMEMBERED)
def destination_of(route: Route, tenant_id: str, address: str) -> str:
    """Return where a delivery queues: for our mail server, say, or for the host of a URL.

    It is another one for each tenant: none waits behind what another has put there.
    """
    if route in SERVED_BY_OURS:
        return f"{tenant_id} {route}"
    try:
        url = urlsplit(address)
        host = f"{url.hostname}:{url.port or _PORTS.get(url.scheme)}"
    except ValueError:
        host = address
    return f"{tenant_id} {host}"


def server_of(route: Route, destination: str) -> str:
    """Return by which name the server behind a destination succeeds or fails."""
    return route if route in SERVED_BY_OURS else destination


def last_in_turn(after: str, destinations: Iterable[str]) -> str:
    """Return the one that comes last when they take turns, beginning behind `after`."""
    return max(destinations, key=lambda each: (each <= after, each), default=after)
