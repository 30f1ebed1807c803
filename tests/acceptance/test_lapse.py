"""Without any scheduler: a hold counts until its deadline and not an instant longer."""

from datetime import datetime
from typing import Any, Final

from tests.support.installation import Installation
from tests.support.shop import Answer, Shop
from tests.support.trial import verify
from tests.support.waiting import wait_until

LAMP: Final = {"warehouse_id": "NORTH", "sku": "LAMP"}


def holding(reservation: str, quantity: int, seconds: int = 600) -> dict[str, Any]:
    return {
        "reservation_id": reservation,
        "lines": [{**LAMP, "quantity": quantity}],
        "expires_in_seconds": seconds,
    }


def decided_at(answer: Answer) -> datetime:
    return datetime.fromisoformat(answer.data["decided_at"])


def test_lapsed_units_are_available_at_once_for_the_next_decision(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    shop.ask("ReceiveStock", {**LAMP, "quantity": 10, "unit_cost": 2})
    first = shop.ask("ReserveStock", holding("R1", 6, seconds=2))
    shop.ask("ReserveStock", holding("R2", 3, seconds=2))
    deadline = datetime.fromisoformat(first.data["outcome"]["expires_at"])
    tries: list[Answer] = []

    def is_held() -> bool:
        tries.append(shop.ask("ReserveStock", holding(f"T{len(tries)}", 6)))
        return tries[-1].is_accepted

    wait_until(is_held, "the lapsed units held by another")

    refused = tries[0].data["details"]
    assert (refused["asked"], refused["available"]) == (6, 1)
    assert datetime.fromisoformat(refused["next_lapse"]) == deadline
    assert [answer.is_accepted for answer in tries] == [
        decided_at(answer) >= deadline for answer in tries
    ]
    late = shop.ask("ConfirmReservation", {"reservation_id": "R1"})
    assert late.code == "INVENTORY_RESERVATION_EXPIRED"
    verify(installation)
