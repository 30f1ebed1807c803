"""What the demo tells of its alerts, and of what went outside: mails, webhooks, orders."""

from stockledger.dev.alert_figures import AlertFigures
from stockledger.dev.neighbours import Neighbours


class OutsideView:
    """One line, for a terminal and for a log."""

    def __init__(self, alerts: AlertFigures, neighbours: Neighbours) -> None:
        self._alerts = alerts
        self._neighbours = neighbours

    def line(self) -> str:
        """Return the figures of now."""
        alerts, came = self._alerts.snapshot(), self._neighbours.snapshot()
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(alerts.open.items()))
        refused = f", {came.webhooks_refused} refused" if came.webhooks_refused else ""
        return (
            f"alerts open: {kinds or 'none'}; {alerts.raised} raised, "
            f"{alerts.acknowledged} acknowledged | "
            f"delivered: {came.mails} mails, {came.webhooks} webhooks{refused} | "
            f"supplier: {alerts.ordered} ordered, {alerts.on_order} on order, "
            f"{alerts.unavailable} unavailable, {came.orders_failed} calls failed"
        )
