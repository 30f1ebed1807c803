"""A small, right log with adjustments, some of them approved, for tests of the auditor."""

from datetime import timedelta

from tests.support.audited_log import AuditedLog, Data, Said
from tests.support.item_book import ItemBook, described

DAY = timedelta(days=1)
THRESHOLDS = {"approval_quantity": 5, "approval_value": 8.5, "approval_days": 2}


def about(adjustment: str, kind: str, **more: object) -> Said:
    """Return an event of an adjustment."""
    return f"adjustment/{adjustment}", kind, {"adjustment_id": adjustment, **more}


class AdjustedLamps:
    """A hundred lamps at 1.00, of which more than 5, or 8.50, need an approval within two days.

    Seconds: 0 settings, 1 warehouse, 2 received. A0: 4 applied at once. A1: -6 requested, 1 lost
    meanwhile, approved. A2: 7 requested and rejected. A3: -8 requested; it expires two days later.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.lamps = ItemBook("NORTH")
        log, lamps = self.log, self.lamps
        settings: Data = {"time_zone": "UTC", **THRESHOLDS}
        log.decide("c1", ("tenant", "TenantConfigured", settings))
        log.decide("c2", described("NORTH"))
        log.decide("c3", lamps.configured(), lamps.received(100, 1), lamps.stocked())
        log.decide(
            "c4",
            about("A0", "AdjustmentApplied", **lamps.item, change=4, requested_by="ann"),
            lamps.adjusted(4, 4, adjustment_id="A0"),
        )
        self.request("A1", -6, version=3)
        log.decide("c6", lamps.adjusted(-1, -1, reason="Broken"))
        self.approve("A1", -6, meanwhile=-1)
        self.request("A2", 7, version=5)
        log.decide("c9", about("A2", "AdjustmentRejected", rejected_by="ann", reason="No"))
        self.request("A3", -8, version=5)
        self.expired = log.data_of(len(log.events))["expires_at"]
        log.pass_time(2 * DAY)
        log.decide("c11", about("A3", "AdjustmentExpired", expires_at=self.expired))

    def request(self, adjustment: str, change: float, version: int, by: str = "ann") -> None:
        """Let a change be requested."""
        figures = self.lamps.levels()
        deadline = self.log.now + 2 * DAY
        requested = about(
            adjustment,
            "AdjustmentRequested",
            **self.lamps.item,
            change=change,
            requested_by=by,
            expires_at=deadline.isoformat(),
            item_version=version,
            available=figures["available"],
            on_hand=figures["on_hand"],
            value=change,
            reason="Counted",
        )
        self.log.decide(f"ask-{adjustment}", requested)

    def approve(
        self, adjustment: str, change: float, meanwhile: float = 0, by: str = "bob"
    ) -> None:
        """Let another person approve it."""
        told = {"approved_by": by, "changed_meanwhile": meanwhile}
        moved = self.lamps.adjusted(change, change, adjustment_id=adjustment, reason="Counted")
        self.log.decide(f"yes-{adjustment}", about(adjustment, "AdjustmentApproved", **told), moved)
