"""What the handler tells an operator: probes, and figures with few labels."""

import json
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from stockledger.messages.registry import COMMAND_TYPES
from tests.support.installation import Installation, ServiceProcess
from tests.support.shop import Shop
from tests.support.waiting import wait_until

PRICED: Final = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1, "unit_cost": 2.5}
SERIES_MAX: Final = 2_000
METRICS: Final = {
    "inventory_commands",
    "inventory_command_duration_seconds",
    "inventory_batch_records",
    "inventory_consumer_lag_records",
    "inventory_consumer_lag_seconds",
    "inventory_last_progress_timestamp_seconds",
    "inventory_dead_letters",
    "inventory_unpublished_events",
    "inventory_unpublished_oldest_age_seconds",
    "inventory_forwarded",
    "inventory_order_events",
    "inventory_order_commands",
    "inventory_parked",
    "inventory_rebalances",
    "inventory_build_info",
    "inventory_service_ready",
    "inventory_loop_failures",
}


def test_the_metrics_have_their_names_and_few_labels(
    installation: Installation, shop: Shop
) -> None:
    handler = installation.handler().wait_ready()
    strange = [
        shop.publish(f"Strange{number}", PRICED, ce_correlationid=f"c-{number}")
        for number in range(100)
    ]
    for number in range(100):
        shop.publish_raw(b"", [("ce_tenantid", b"no id %d" % number)], None)
    shop.answers_to(strange)

    wait_until(lambda: "inventory_consumer_lag_seconds{" in metrics_page(handler), "the lag shown")
    families = {
        family.name: family for family in text_string_to_metric_families(metrics_page(handler))
    }

    assert families.keys() >= METRICS
    assert all(family.documentation for family in families.values())
    types = {sample.labels["type"] for sample in families["inventory_commands"].samples}
    assert "unknown" in types
    assert types <= {*COMMAND_TYPES, "unknown"}
    reasons = {sample.labels["reason"] for sample in families["inventory_dead_letters"].samples}
    assert reasons == {"invalid_tenant"}
    assert sum(len(family.samples) for family in families.values()) < SERIES_MAX


def metrics_page(handler: ServiceProcess) -> str:
    """Return the handler's metrics."""
    status, page = handler.get("/metrics")
    assert status == 200
    return page


def test_the_probes_tell_alive_and_ready(installation: Installation) -> None:
    handler = installation.handler().wait_ready()
    for probe in ("/livez", "/readyz"):
        status, body = handler.get(probe)
        assert (status, json.loads(body)) == (200, {"status": "ok"})


def test_a_handler_without_kafka_is_alive_but_not_ready(installation: Installation) -> None:
    lonely = installation.handler(INVENTORY_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1")

    wait_until(lambda: lonely.get("/livez")[0] == 200, "alive")
    status, body = lonely.get("/readyz")

    assert status == 503
    assert json.loads(body)["status"] == "failing"
    wait_until(lambda: 'failures_total{loop="service"} 2.0' in metrics_page(lonely), "failures")
    assert "inventory_service_ready 0.0" in metrics_page(lonely)
    lonely.kill()
