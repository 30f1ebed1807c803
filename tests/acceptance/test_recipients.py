"""Recipients through the topics: proved by the code of the key, and nothing secret in Kafka."""

from typing import Final

from stockledger.messages.fields import TenantId
from stockledger.messages.recipients import Channel
from stockledger.notification_keys import verification_code
from tests.support.installation import Installation
from tests.support.shop import ACME, Shop
from tests.support.trial import verify

KEY: Final = "0123456789abcdef0123456789abcdef"
WITH_KEY: Final = {"INVENTORY_NOTIFICATION_KEY": KEY}
GRACE: Final = {
    "recipient_id": "grace-mail",
    "channel": "EMAIL",
    "address": "grace@acme.example",
    "quiet_hours": {"begin": "20:00", "until": "07:00"},
}
HOOK: Final = {
    "recipient_id": "shop-hook",
    "channel": "WEBHOOK",
    "address": "https://shop.acme.example/stock-alerts",
}
NAMED: Final = {"recipient_id": "grace-mail"}
HOSTILE: Final[tuple[dict[str, object], ...]] = (
    {"address": "grace@acme.example\r\nBcc: all@acme.example"},
    {"address": "grace@acme.example\n"},
    {"address": "grace@acme.example,ada@acme.example"},
    {"address": "Grace <grace@acme.example>"},
    {"channel": "SMS"},
    {"channel": "WEBHOOK", "address": "https://user:password@shop.example/"},
    {"channel": "WEBHOOK", "address": "file:///etc/passwd"},
    {"channel": "PIGEON"},
    {"quiet_hours": {"begin": "24:00", "until": "07:00"}},
    {"quiet_hours": {"begin": "07:00", "until": "07:00"}},
    {"subjects": []},
    {"name": "Grace\r\nBcc: all@acme.example"},
    {"recipient_id": "shop-hook"},
)
EVERYBODY: Final = {"recipients": [GRACE, HOOK]}


def code(address: str = "grace@acme.example", tenant: str = ACME) -> str:
    return verification_code(KEY.encode(), TenantId(tenant), Channel.EMAIL, address)


def test_an_address_is_proved_once_and_for_all_but_not_for_another_tenant(
    installation: Installation, shop: Shop
) -> None:
    handler = installation.handler(**WITH_KEY).wait_ready()
    for tenant in (ACME, "other"):
        assert shop.ask("SetRecipients", EVERYBODY, tenant).is_accepted
    wrong = shop.ask("VerifyRecipient", {**NAMED, "code": code(tenant="other")})
    assert wrong.code == "INVENTORY_VALIDATION_ERROR"
    right = shop.ask("VerifyRecipient", {**NAMED, "code": code()})
    assert right.data["events"] == ["stockledger.RecipientVerified.v1"]

    handler.kill()
    installation.handler(**WITH_KEY).wait_ready()
    again = shop.ask("VerifyRecipient", {**NAMED, "code": "AAAAAAAAAA"})
    assert (again.is_accepted, again.data["events"]) == (True, [])
    same = shop.ask("SetRecipients", EVERYBODY)
    assert same.data["events"] == []
    refused = shop.ask("VerifyRecipient", {**NAMED, "code": code()}, "other")
    assert refused.code == "INVENTORY_VALIDATION_ERROR"
    everything = b" ".join([event.value() or b"" for event in shop.events()])
    assert code().encode() not in everything
    assert KEY.encode() not in everything
    verify(installation)


def test_without_a_key_the_refusal_says_which_setting_it_is(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("SetRecipients", EVERYBODY)
    refused = shop.ask("VerifyRecipient", {**NAMED, "code": code()})
    assert refused.code == "INVENTORY_FORBIDDEN"
    assert refused.data["details"] == {"setting": "INVENTORY_NOTIFICATION_KEY"}


def test_hostile_recipients_are_refused(installation: Installation, shop: Shop) -> None:
    installation.handler(**WITH_KEY).wait_ready()
    ids = [
        shop.publish("SetRecipients", {"recipients": [{**GRACE, **wrong}, HOOK]})
        for wrong in HOSTILE
    ]
    good = shop.publish("SetRecipients", EVERYBODY)
    answers = shop.answers_to([*ids, good])
    codes = [answers[each].code for each in ids]
    assert codes == ["INVENTORY_VALIDATION_ERROR"] * len(HOSTILE)
    assert answers[good].is_accepted
    assert shop.dead_letters() == []


def test_a_template_that_cannot_be_read_is_refused_and_the_next_command_decided(
    installation: Installation, shop: Shop
) -> None:
    installation.handler(**WITH_KEY).wait_ready()
    mail = {"channel": "EMAIL", "wording": "alert_raised"}
    hostile = ["{{ sku", "{{ " + "(" * 9_000, "{{ " + "9" * 9_000 + " }}", "{% x %}" * 2_000]
    ids = [shop.publish("SetTemplate", {**mail, "text": text}) for text in hostile]
    good = shop.publish("SetTemplate", {**mail, "text": "{{ sku }}", "html": "<p>{{ sku }}</p>"})
    answers = shop.answers_to([*ids, good])
    assert [answers[each].code for each in ids] == ["INVENTORY_VALIDATION_ERROR"] * len(ids)
    assert answers[good].data["events"] == ["stockledger.TemplateSet.v1"]
    assert shop.dead_letters() == []
