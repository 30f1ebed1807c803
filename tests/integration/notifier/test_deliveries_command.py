"""An operator looks at deliveries, and tries dead ones again."""

import asyncio

from typer.testing import CliRunner, Result

from stockledger_notifier.channels.channel import Failed
from stockledger_notifier.deliveries import deliveries
from stockledger_notifier.settings import NotifierSettings
from tests.support.notice_events import NoticeEvents, by_hook
from tests.support.notifying import Notifying, RecordingChannel, taking
from tests.support.waiting import wait_until_async


async def run(settings: NotifierSettings, *arguments: str) -> str:
    """Run the subcommand in a thread; return what it says."""
    environment = {"INVENTORY_POSTGRES_DSN": settings.postgres_dsn.get_secret_value()}

    def invoke() -> Result:
        return CliRunner().invoke(deliveries, arguments, env=environment)

    done = await asyncio.to_thread(invoke)
    assert done.exit_code == 0, done.output
    return done.stdout


async def test_dead_deliveries_are_shown_and_sent_again_with_the_same_keys(
    acme: NoticeEvents, notifying: Notifying, settings: NotifierSettings
) -> None:
    hook = RecordingChannel(lambda _: Failed(permanent=True, cause="410 Gone"))
    await notifying.fold(acme.told(by_hook()), acme.raised("LAMP"), acme.raised("DESK"))
    async with notifying.sending(webhook=hook):

        async def are_dead() -> bool:
            return await notifying.statuses() == ["DEAD", "DEAD"]

        await wait_until_async(are_dead, "both are dead")
        shown = await run(settings, "list", "--status", "DEAD", "--tenant", "acme")
        assert shown.count("410 Gone") == 2
        assert all(each in shown for each in hook.ids)

        hook.answer = taking
        assert await run(settings, "retry", hook.ids[0]) == "deliveries sent again: 1\n"
        assert await run(settings, "retry", "--all") == "deliveries sent again: 1\n"

        async def are_delivered() -> bool:
            return await notifying.statuses() == ["DELIVERED", "DELIVERED"]

        await wait_until_async(are_delivered, "both are delivered")
    assert sorted(hook.ids[:2]) == sorted(hook.ids[2:])
    assert await run(settings, "list", "--status", "DEAD") == ""
