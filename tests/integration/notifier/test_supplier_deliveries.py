"""Orders go to the suppliers' APIs as deliveries do; commands tell what became of them."""

from stockledger_notifier.channels.channel import Failed, Sent, SupplierAnswer
from tests.support.notice_events import NoticeEvents
from tests.support.notifying import Notifying, RecordingChannel, taking
from tests.support.waiting import wait_until_async

BUSY = Failed(permanent=False, cause="503 Service Unavailable")
REFUSED = Failed(permanent=True, cause="422 Unprocessable Content")


async def test_an_order_that_the_supplier_takes_is_submitted_by_a_command(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    api = RecordingChannel(lambda _: Sent(order=SupplierAnswer("L-7")))
    await notifying.fold(acme.ordered())
    async with notifying.sending(supplier=api):
        await notifying.wait_for("DELIVERED")
    assert notifying.commands.types == ["stockledger.SubmitSupplierOrder.v1"]
    assert api.sent[0].facts["lines"][0]["sku"] == "LAMP"


async def test_an_order_that_does_not_get_out_is_reported_once_and_tried_on(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    api = RecordingChannel(lambda _: BUSY)
    await notifying.fold(acme.ordered())
    async with notifying.sending(supplier=api):
        await api.wait_sent(3)

        async def is_reported() -> bool:
            return (await notifying.deliveries())[0]["reported_at"] is not None

        await wait_until_async(is_reported, "the order is reported")
        await notifying.hurry()
        await api.wait_sent(4)
        api.answer = taking
        await notifying.hurry()
        await notifying.wait_for("DELIVERED")

    assert notifying.commands.types == [
        "stockledger.ReportSupplierUnavailable.v1",
        "stockledger.SubmitSupplierOrder.v1",
    ]


async def test_an_order_that_the_supplier_refuses_is_reported_and_may_be_retried_by_hand(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    api = RecordingChannel(lambda _: REFUSED)
    await notifying.fold(acme.ordered())
    async with notifying.sending(supplier=api):
        await notifying.wait_for("DEAD")
    assert notifying.commands.types == ["stockledger.ReportSupplierUnavailable.v1"]

    await notifying.fold(acme.submitted())
    assert await notifying.statuses() == ["WITHDRAWN"]
