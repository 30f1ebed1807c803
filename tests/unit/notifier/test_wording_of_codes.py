"""What an address is sent before anybody proved it is worded by us alone."""

from stockledger.messages.recipients import Wording
from stockledger_notifier.channels.channel import Route, TenantTemplate
from stockledger_notifier.rendering import Renderer
from tests.support.delivery_builders import A_CODE, a_delivery

THEIRS = TenantTemplate("You have won", "Call {{ code }}", "<p>Call {{ code }}</p>")


def test_a_code_comes_in_our_words_whatever_the_tenants_are() -> None:
    ours, theirs = (
        a_delivery(Route.EMAIL, "eve@shop.example", Wording.VERIFICATION, A_CODE, template=each)
        for each in (None, THEIRS)
    )
    assert Renderer().mail(theirs) == Renderer().mail(ours)
    assert Renderer().sms(theirs) == Renderer().sms(ours)
