"""Specification of addresses: one plain address of its channel, and nothing that looks like two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockledger.messages.recipients import Channel
from stockledger_command_handler.domain.addresses import address_problem

EMAIL, SMS, WEBHOOK = Channel
LABEL_63 = "a" * 63


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (EMAIL, "ann@example.com"),
        (EMAIL, "o'brien+stock@mail.example.co.uk"),
        (EMAIL, "ops@localhost"),
        (EMAIL, f"{'a' * 64}@{LABEL_63}.example"),
        (SMS, "+493055501"),
        (SMS, "+14155550100"),
        (SMS, "+123456789012345"),
        (WEBHOOK, "https://shop.example/hook?key=a%20b&c=d"),
        (WEBHOOK, "https://shop.example:8443"),
        (WEBHOOK, "http://127.0.0.1:8080/hook"),
        (WEBHOOK, "https://[2001:db8::1]:8443/hook"),
    ],
)
def test_a_plain_address_is_taken(channel: Channel, address: str) -> None:
    assert address_problem(channel, address) is None


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.com\r\nBcc: everybody@example.com",
        "ann@example.com\n",
        "ann@example.com\x00",
        "ann@example.com,bob@example.com",
        "ann@example.com;bob@example.com",
        "ann@example.com bob@example.com",
        "Ann <ann@example.com>",
        "<ann@example.com>",
        '"ann"@example.com',
        '"a@b"@example.com',
        "ann@example.com>",
        "ann@bob@example.com",
        "ann(comment)@example.com",
        "ann:group@example.com",
        "ann\\@example.com",
        "ann@[127.0.0.1]",
        "ann@example..com",
        "ann@-example.com",
        "ann@example-.com",
        "ann@exa_mple.com",
        "ann@" + "a" * 64 + ".com",
        "ann@",
        "@example.com",
        "ann",
        "änn@example.com",
        "ann@exämple.com",
        "ann@example.com\u2028",
        "ann@example.com\u200b",
        f"{'a' * 65}@example.com",
        f"{'a' * 64}@{LABEL_63}.{LABEL_63}.{LABEL_63}",
    ],
)
def test_what_is_not_one_email_address_is_refused(address: str) -> None:
    assert address_problem(EMAIL, address) is not None


@pytest.mark.parametrize(
    "address",
    [
        "493055501",
        "0030555010",
        "+0493055501",
        "+49305",
        "+1234567890123456",
        "+49 30 55501",
        "+49-30-55501",
        "+493055501\n",
        "+493055501&To=+15550100",
        "+\u0664\u0669\u0663\u0660\u0665\u0665\u0665\u0660\u0661",
        "tel:+493055501",
        "whatsapp:+493055501",
    ],
)
def test_what_is_not_one_telephone_number_is_refused(address: str) -> None:
    assert address_problem(SMS, address) is not None


@pytest.mark.parametrize(
    "address",
    [
        "https://user@shop.example/",
        "https://user:password@shop.example/",
        "https://trusted.example@evil.example/",
        "https://shop.example/#part",
        "https://shop.example\\@evil.example/",
        "https://shop.example/\r\nX-Injected: yes",
        "https://shop.example/a b",
        "https://shop.example/\t",
        "https://shöp.example/",
        "https://shop.example/\u2028",
        "https:///path",
        "https://:8080/",
        "https://?query",
        "https://shop.example:0/",
        "https://shop.example:65536/",
        "https://shop.example:x/",
        "https://[::1/",
        "https://::1/",
        "https://[shop.example]/",
        "https://shop!.example/",
        "https://%31%32%37.0.0.1/",
        "HTTPS://shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://shop.example/",
        "javascript:alert(1)",
        "//shop.example/",
        "shop.example",
    ],
)
def test_what_is_not_one_address_on_the_web_is_refused(address: str) -> None:
    assert address_problem(WEBHOOK, address) is not None


@given(channel=st.sampled_from(Channel), address=st.text())
def test_any_text_is_judged_and_what_is_taken_has_nothing_that_could_end_a_line(
    channel: Channel, address: str
) -> None:
    if address_problem(channel, address) is None:
        assert address.isascii()
        assert address.isprintable()
        assert not set(address) & set(' "<>\\')
