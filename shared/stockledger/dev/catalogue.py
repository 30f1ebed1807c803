"""The demo shop's products, as they stand in catalogue.csv."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SCARCE_MAXIMUM: Final = 60
"""Units of a scarce product that a warehouse has at most."""

FILE: Final = Path(__file__).with_name("catalogue.csv")


@dataclass(frozen=True, slots=True)
class Product:
    """A product: cost and price a unit, and how much a warehouse likes to have of it."""

    sku: str
    name: str
    category: str
    cost: float
    price: float
    reorder_point: int
    maximum: int

    @property
    def is_scarce(self) -> bool:
        """Whether a flash sale of it is over in a moment."""
        return self.maximum <= SCARCE_MAXIMUM


def read_catalogue() -> list[Product]:
    """Return the products in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [
            Product(
                sku=row["sku"],
                name=row["name"],
                category=row["category"],
                cost=float(row["cost"]),
                price=float(row["price"]),
                reorder_point=int(row["reorder_point"]),
                maximum=int(row["maximum"]),
            )
            for row in csv.DictReader(lines)
        ]
