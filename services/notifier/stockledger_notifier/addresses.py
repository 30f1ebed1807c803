"""Which servers tenants may have us call: public ones, and those that the operator has named.

A tenant writes the address of a webhook or of a supplier; it must not lead into our own network.
What counts is the address that the connection goes to, not the name.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, Self

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from stockledger.errors import ConfigurationError, StockledgerError

LOOK_UP_THREADS: Final = 32
"""Names looked up at once: some name servers take many seconds, the other names must not wait."""

LookUp = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the addresses of a host name; OSError when there are none."""

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

# The registries of special addresses of IANA: what is not for everybody on the internet.
_SPECIAL_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_SPECIAL_V6: Final = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_NAT64: Final = IPv6Network("64:ff9b::/96")


# Hosts that systems take for IPv4 addresses although they are not written as such: 127.1, 0x7f.1.
# No name ends so: there is no such top-level domain.
_ODD_NUMBER: Final = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE)


class ForbiddenAddress(StockledgerError):
    """The address may not be called; the message does not say what a name was resolved to."""


@dataclass(frozen=True, slots=True)
class PrivateDestinations:
    """Hosts and networks that may be called although they are not public."""

    names: frozenset[str] = frozenset()
    networks: tuple[_Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Self:
        """Return those of the setting; ConfigurationError when one is neither name nor network."""
        names: set[str] = set()
        networks: list[_Network] = []
        for entry in entries:
            try:
                networks.append(ip_network(entry))
            except ValueError as error:
                if "/" in entry or not entry.strip("."):
                    message = (
                        f"INVENTORY_PRIVATE_DESTINATIONS: {entry!r} is neither a host nor a network"
                    )
                    raise ConfigurationError(message) from error
                names.add(_plain(entry))
        return cls(frozenset(names), tuple(networks))

    def admit(self, host: str, addresses: Sequence[str], *, encrypted: bool) -> None:
        """Raise ForbiddenAddress unless every address of the host may be called this way."""
        if _plain(host) in self.names:
            return
        for text in addresses:
            address = ip_address(text)
            if self._is_named(address):
                continue
            if not is_public(address):
                raise ForbiddenAddress("the address is not a public one")
            if not encrypted:
                raise ForbiddenAddress("a public address must begin with https")

    def _is_named(self, address: _Address) -> bool:
        inner = _carried(address) or address
        return any(inner in network for network in self.networks)


def is_public(address: _Address) -> bool:
    """Tell whether the address is for everybody on the internet, and for one receiver."""
    carried = _carried(address)
    if carried is not None:
        return is_public(carried)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    plain = IPv6Address(int(address))
    return plain in _GLOBAL_V6 and not any(plain in network for network in _SPECIAL_V6)


def _carried(address: _Address) -> IPv4Address | None:
    """Return the IPv4 address inside one of IPv6, which is where such a connection ends."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if IPv6Address(int(address)) in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def checked_url(address: str, private: PrivateDestinations) -> URL:
    """Return the address parsed; ForbiddenAddress when it must not be called whatever DNS says."""
    try:
        url = URL(address)
        host, _port = url.raw_host, url.port
    except ValueError as error:
        raise ForbiddenAddress("the address cannot be read") from error
    if url.scheme not in {"http", "https"} or not host:
        raise ForbiddenAddress("the address does not begin with http:// or https:// and a host")
    if url.raw_user is not None or url.raw_password is not None:
        raise ForbiddenAddress("the address holds a user name or a password")
    literal = _literal(host)
    if literal is None and _ODD_NUMBER.search(host):
        raise ForbiddenAddress("the address cannot be read")
    if literal is not None:
        private.admit(host, [literal], encrypted=url.scheme == "https")
    return url


class CheckedResolver(AbstractResolver):
    """Looks a name up once; the connection goes to the addresses that were checked here."""

    def __init__(self, private: PrivateDestinations, look_up: LookUp, *, encrypted: bool) -> None:
        self._private = private
        self._look_up = look_up
        self._encrypted = encrypted

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the host's addresses; ForbiddenAddress when any of them may not be called."""
        addresses = await self._look_up(host)
        self._private.admit(host, addresses, encrypted=self._encrypted)
        found = [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]
        return [one for one in found if family in {socket.AF_UNSPEC, one["family"]}]

    async def close(self) -> None:
        """Do nothing: what looks names up is closed by whoever opened it."""


class SystemLookUp:
    """Looks names up as the system does, in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOK_UP_THREADS, thread_name_prefix="look-up")

    async def __call__(self, host: str) -> Sequence[str]:
        """Return the addresses of a host name; OSError when there are none."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _addresses, host)

    def close(self) -> None:
        """End the threads that are idle; those that still wait end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "not a name") from error
    return [str(place[0]) for _family, _type, _protocol, _name, place in found]


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _plain(host: str) -> str:
    return host.rstrip(".").lower()
