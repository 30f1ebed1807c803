"""Ports on the loopback address for servers that come and go."""

import contextlib
import random
import socket

LOOPBACK = "127.0.0.1"
# Below the range from which systems take ports for outgoing connections (Linux from 32768,
# others from 49152): a client that knocks while its server restarts cannot be given the
# server's own port, and thereby talk to itself or keep the server from binding again.
PORT_FIRST = 20_000
PORT_LAST = 29_999
ATTEMPTS_MAX = 200


class NoFreePort(OSError):
    """No port of the range could be bound."""


def free_ports(count: int) -> list[int]:
    """Return `count` different ports that nobody listens on now."""
    with contextlib.ExitStack() as held:
        opened = [held.enter_context(_bound_socket()) for _ in range(count)]
        return [bound.getsockname()[1] for bound in opened]


def usual_or_free(usual: int) -> int:
    """Return the usual port, or a free one while somebody listens there."""
    with socket.socket() as probe:
        taken = probe.connect_ex((LOOPBACK, usual)) == 0
    return free_ports(1)[0] if taken else usual


def _bound_socket() -> socket.socket:
    for _ in range(ATTEMPTS_MAX):
        candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            candidate.bind((LOOPBACK, random.randint(PORT_FIRST, PORT_LAST)))
        except OSError:
            candidate.close()
        else:
            return candidate
    raise NoFreePort(f"No free port between {PORT_FIRST} and {PORT_LAST} on {LOOPBACK}.")
