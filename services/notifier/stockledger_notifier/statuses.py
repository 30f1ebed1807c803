"""How far notifications and deliveries have come."""

from enum import StrEnum


class NotificationStatus(StrEnum):
    """QUEUED: a delivery tells of it; COLLECTED: one will; WITHDRAWN: over before it was told."""

    QUEUED = "QUEUED"
    COLLECTED = "COLLECTED"
    WITHDRAWN = "WITHDRAWN"


class DeliveryStatus(StrEnum):
    """PENDING and SENDING are under way; DEAD: given up, but may be tried again by hand.

    WITHDRAWN: not wanted any more, and never known to have been taken.
    """

    PENDING = "PENDING"
    SENDING = "SENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"
    WITHDRAWN = "WITHDRAWN"
