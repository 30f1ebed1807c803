"""Confirm, release and expiry race for the same reservations: each ends exactly once."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.support.installation import Installation
from tests.support.shop import Answer, Shop, headers_of
from tests.support.trial import TENANTS, verify

RESERVATIONS: Final = 10_000
HOLD_SECONDS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 600, 600, 600, 600)
"""Some deadlines pass before the race, some during it, some long after it."""

ANSWERED_SECONDS: Final = 150
"""Twenty times what it takes on two idle cores."""

EACH_END_MIN: Final = RESERVATIONS // 100
"""Fewer of a kind of end, and it would have been no race."""

ENDS: Final = {
    "ReservationConfirmed": "COMPLETED",
    "ReservationReleased": "CANCELLED",
    "ReservationExpired": "EXPIRED",
}
LAMP: Final = {"warehouse_id": "NORTH", "sku": "LAMP"}

Named = tuple[str, str]
"""Tenant and reservation."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the events say: the ends of each reservation, and the last levels of each tenant."""

    ends: Mapping[Named, list[str]]
    levels: Mapping[str, Mapping[str, Any]]


@pytest.mark.timeout(400)
def test_of_ten_thousand_races_each_has_exactly_one_winner(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    names = [(TENANTS[n % len(TENANTS)], f"R{n}") for n in range(RESERVATIONS)]
    stock(shop)
    reserve(shop, names)

    confirmed, released, expired = race(installation, shop, names)

    recorded = read(shop)
    won = {name: ENDS[ends[0]] for name, ends in recorded.ends.items()}
    assert len(won) == RESERVATIONS
    assert all(len(ends) == 1 for ends in recorded.ends.values())
    assert min(Counter(won.values())[end] for end in ENDS.values()) >= EACH_END_MIN, Counter(
        won.values()
    )
    for name in names:
        assert confirmed[name].is_accepted == (won[name] == "COMPLETED"), name
        assert released[name].is_accepted == (won[name] != "COMPLETED"), name
        assert expired[name].is_accepted, name
    for tenant in TENANTS:
        mine = [won[name] for name in names if name[0] == tenant]
        left = RESERVATIONS - mine.count("COMPLETED")
        levels = recorded.levels[tenant]
        assert (levels["available"], levels["reserved"], levels["on_hand"]) == (left, 0, left)
    verify(installation)


def stock(shop: Shop) -> None:
    """Give every tenant more lamps than it will ever be asked for."""
    for tenant in TENANTS:
        shop.publish("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"}, tenant)
        shop.publish("ReceiveStock", {**LAMP, "quantity": RESERVATIONS, "unit_cost": 2}, tenant)


def reserve(shop: Shop, names: list[Named]) -> None:
    """Make all reservations."""
    ids: list[str] = []
    for number, (tenant, reservation) in enumerate(names):
        data = {
            "reservation_id": reservation,
            "lines": [{**LAMP, "quantity": 1}],
            "expires_in_seconds": HOLD_SECONDS[number // len(TENANTS) % len(HOLD_SECONDS)],
        }
        ids.append(shop.publish("ReserveStock", data, tenant))
    answers = shop.answers_to(ids, ANSWERED_SECONDS)
    assert all(answer.is_accepted for answer in answers.values())


def race(installation: Installation, shop: Shop, names: list[Named]) -> list[dict[Named, Answer]]:
    """Confirm, release and expire each of them at once: three producers, each in its own order."""
    wants: list[tuple[str, Callable[[str], Mapping[str, Any]]]] = [
        ("ConfirmReservation", lambda name: {"reservation_id": name}),
        ("ReleaseReservation", lambda name: {"reservation_id": name}),
        ("ExpireReservation", lambda name: {"reservation_ids": [name]}),
    ]

    def publish(seed: int) -> dict[Named, str]:
        command_type, data = wants[seed]
        order = random.Random(seed).sample(names, len(names))
        rival = Shop(installation.settings)
        ids = {name: rival.publish(command_type, data(name[1]), name[0]) for name in order}
        rival.flush()
        rival.close()
        return ids

    with ThreadPoolExecutor(len(wants)) as rivals:
        published = list(rivals.map(publish, range(len(wants))))
    wanted = (command for ids in published for command in ids.values())
    answers = shop.answers_to(wanted, ANSWERED_SECONDS)
    return [{name: answers[command] for name, command in ids.items()} for ids in published]


def read(shop: Shop) -> Recorded:
    """Read the ends of all reservations and the last levels of all tenants."""
    ends: dict[Named, list[str]] = defaultdict(list)
    levels: dict[str, Mapping[str, Any]] = {}
    for event in shop.events():
        headers, said = headers_of(event), json.loads(event.value() or b"")
        tenant = headers["ce_tenantid"].decode()
        kind = headers["ce_type"].decode().split(".")[1]
        if kind in ENDS:
            ends[tenant, headers["ce_stream"].decode().partition("/")[2]].append(kind)
        elif "levels" in said:
            levels[tenant] = said["levels"]
    return Recorded(ends, levels)
