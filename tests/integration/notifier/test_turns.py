"""Who is sent to first: every tenant and every receiver in turn, and the gravest of each."""

from stockledger.messages.alert import AlertKind, Severity
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.destinations import last_in_turn
from stockledger_notifier.lanes import LANE_TAKEN_MAX
from stockledger_notifier.outbox import Demand, Outbox
from tests.support.notice_events import NoticeEvents, by_hook, by_mail
from tests.support.notifying import KEY, Notifying

ROOM = 20


async def test_many_mails_of_one_tenant_wait_behind_one_of_another_and_the_gravest_go_first(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    other = NoticeEvents(acme.ledger, "other")
    await notifying.fold(acme.told(by_mail()), other.told(by_mail()))
    await notifying.tell_all_at_once()
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(100)))
    grave = [acme.raised(f"S{number}", AlertKind.OUT_OF_STOCK) for number in range(2)]
    await notifying.fold(*grave, other.raised())

    taken = await Outbox(notifying.pool, KEY).claim(Demand(Route.EMAIL, ROOM, LANE_TAKEN_MAX, []))

    tenants = [each.delivery.tenant_id for each in taken]
    assert (tenants.count("other"), tenants.count("acme")) == (1, ROOM // 2)
    severities = [each.delivery.facts["severity"] for each in taken]
    assert severities.count(Severity.CRITICAL) == 2
    assert severities[:2] == [Severity.CRITICAL] * 2


async def test_with_room_for_few_the_receivers_take_turns(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hosts = [f"{letter}.example:443" for letter in "abcde"]
    everybody = [by_hook(host[0], f"https://{host}/stock") for host in hosts]
    await notifying.fold(acme.told(*everybody), *(acme.raised(f"S{n}") for n in range(4)))
    outbox, after, served = Outbox(notifying.pool, KEY), "", list[str]()
    for _ in range(5):
        taken = await outbox.claim(Demand(Route.WEBHOOK, 2, LANE_TAKEN_MAX, [], after))
        after = last_in_turn(after, (each.destination for each in taken))
        served += sorted(each.destination for each in taken)

    assert sorted(served) == sorted(f"acme {host}" for host in hosts * 2)
    assert after == f"acme {hosts[-1]}"
