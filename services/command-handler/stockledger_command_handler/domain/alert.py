"""Somebody sees to an open alert, or closes it; only one that is open, and only a known actor."""

from collections.abc import Mapping
from typing import assert_never

from stockledger.amounts import Quantity
from stockledger.messages.alert import (
    AcknowledgeAlert,
    AlertAcknowledged,
    AlertKind,
    AlertResolution,
    AlertResolved,
    ResolveAlert,
)
from stockledger.messages.results import Accepted, DetailValue, ErrorCode, Rejection
from stockledger_command_handler.domain.alert_rules import MEASURES
from stockledger_command_handler.domain.alert_state import NO_ALERTS, AlertState
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.view import Decision, View

Command = AcknowledgeAlert | ResolveAlert


def decide(command: Command, view: View) -> Decision:
    if (command.kind is AlertKind.CAPACITY) != (command.sku is None):
        return invalid("sku", "must be given, save for CAPACITY, which is of the whole warehouse")
    if view.actor is None:
        return _refused_without_actor(command)
    alerts = _alerts(command, view)
    alert = alerts.get(command.kind)
    if alert is None or not alert.is_open:
        if alert is not None and _was_resolved_by_it(command, alert):
            return Accepted([], _outcome(alert))
        return _not_open(command, alerts)
    if command.number not in (None, alert.number):
        return _is_another(command, alert)
    match command:
        case AcknowledgeAlert():
            return _acknowledge(command, alert, view.actor)
        case ResolveAlert():
            return _resolve(command, alert, view.actor, view)
        case _:
            assert_never(command)


def _alerts(command: Command, view: View) -> Mapping[AlertKind, AlertState]:
    if command.sku is not None:
        return view.item(command.warehouse_id, command.sku).alerts or NO_ALERTS
    alert = view.capacity(command.warehouse_id).alert
    return NO_ALERTS if alert is None else {AlertKind.CAPACITY: alert}


def _acknowledge(command: AcknowledgeAlert, alert: AlertState, actor: str) -> Decision:
    if alert.acknowledged_by is not None:
        return Accepted([], _outcome(alert))
    event = AlertAcknowledged(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        kind=command.kind,
        number=alert.number,
        severity=alert.severity,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        acknowledged_by=actor,
    )
    return Accepted([event], {**_outcome(alert), "acknowledged_by": actor})


def _resolve(command: ResolveAlert, alert: AlertState, actor: str, view: View) -> Decision:
    event = AlertResolved(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        kind=command.kind,
        number=alert.number,
        severity=alert.severity,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        resolution=AlertResolution.BY_HAND,
        figure=_figure(command, view),
        resolved_by=actor,
    )
    return Accepted([event], {**_outcome(alert), "open": False})


def _figure(command: Command, view: View) -> Quantity:
    if command.sku is None:
        return view.capacity(command.warehouse_id).used
    return view.item(command.warehouse_id, command.sku).figures.of(MEASURES[command.kind])


def _was_resolved_by_it(command: Command, alert: AlertState) -> bool:
    """Return whether the command is a repeat: it has closed the alert already."""
    return (
        isinstance(command, ResolveAlert)
        and command.number in (None, alert.number)
        and alert.resolution is AlertResolution.BY_HAND
    )


def _outcome(alert: AlertState) -> dict[str, DetailValue]:
    return {
        "number": alert.number,
        "open": alert.is_open,
        "acknowledged_by": alert.acknowledged_by,
    }


def _refused_without_actor(command: Command) -> Rejection:
    return Rejection(
        ErrorCode.FORBIDDEN,
        f"Nobody says who sees to the {command.kind} alert.",
        _of(command),
    )


def _not_open(command: Command, alerts: Mapping[AlertKind, AlertState]) -> Rejection:
    still: list[dict[str, str | int | float | bool | None]] = [
        {"kind": kind.value, "number": alert.number}
        for kind, alert in alerts.items()
        if alert.is_open
    ]
    named = ", ".join(str(each["kind"]) for each in still)
    return Rejection(
        ErrorCode.NOT_FOUND,
        f"No {command.kind} alert is open there; open are: {named or 'none'}.",
        {**_of(command), "open": still},
    )


def _is_another(command: Command, alert: AlertState) -> Rejection:
    return Rejection(
        ErrorCode.VERSION_CONFLICT,
        f"The open {command.kind} alert is number {alert.number}, not {command.number}.",
        {**_of(command), "number": command.number, "open_number": alert.number},
    )


def _of(command: Command) -> dict[str, DetailValue]:
    return {"kind": command.kind.value, "warehouse_id": command.warehouse_id, "sku": command.sku}
