"""Far more buyers than units: everyone is answered, and nothing is promised twice."""

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.support.installation import Installation
from tests.support.shop import Answer, Shop
from tests.support.trial import verify

UNITS: Final = 50
BUYERS: Final = 2_000
SHOPS: Final = 4
LAMP: Final = {"warehouse_id": "NORTH", "sku": "LAMP"}


def test_a_flash_sale_sells_what_there_is_and_answers_everyone(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    shop.ask("ReceiveStock", {**LAMP, "quantity": UNITS, "unit_cost": 2})

    answers = rush(installation, shop)

    lucky = [name for name, answer in answers.items() if answer.is_accepted]
    unlucky = Counter(answer.code for answer in answers.values() if not answer.is_accepted)
    assert len(lucky) == UNITS
    assert unlucky == {"INVENTORY_INSUFFICIENT_STOCK": BUYERS - UNITS}
    ask = (shop.publish("ConfirmReservation", {"reservation_id": name}) for name in lucky)
    assert all(answer.is_accepted for answer in shop.answers_to(list(ask)).values())
    late = shop.ask("IssueStock", {**LAMP, "quantity": 1})
    assert late.data["details"]["available"] == 0
    verify(installation)


def rush(installation: Installation, shop: Shop) -> dict[str, Answer]:
    """Have all buyers reserve a lamp at once, through several shops; return their answers."""

    def sell(number: int) -> dict[str, str]:
        seller = Shop(installation.settings)
        ids = {
            f"B{buyer}": seller.publish(
                "ReserveStock",
                {"reservation_id": f"B{buyer}", "lines": [{"sku": "LAMP", "quantity": 1}]},
            )
            for buyer in range(number, BUYERS, SHOPS)
        }
        seller.flush()
        seller.close()
        return ids

    with ThreadPoolExecutor(SHOPS) as sellers:
        published = dict(
            itertools.chain.from_iterable(ids.items() for ids in sellers.map(sell, range(SHOPS)))
        )
    answers = shop.answers_to(published.values())
    return {name: answers[command] for name, command in published.items()}
