"""Which addresses are public, in every notation and inside of others."""

from ipaddress import ip_address

import pytest

from stockledger.errors import ConfigurationError
from stockledger_notifier.addresses import (
    ForbiddenAddress,
    PrivateDestinations,
    checked_url,
    is_public,
)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.169.0.1",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2606:4700:4700::1111",
        "2a00:1450::1",
    ],
)
def test_other_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.com",
        "//hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "https://",
        "https:///path",
        "https://:443/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:x/",
        "https://anna@hooks.example.com/",
        "https://anna:pass@hooks.example.com/",
        "https://:pass@hooks.example.com/",
        "https://[::1",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.0.0.1/",
        "https://10.0.0.1\\@hooks.example.com/",
        "https://hooks.example.com@10.0.0.1/",
        "http://8.8.8.8/",
    ],
)
def test_an_address_that_must_not_be_called_is_refused(address: str) -> None:
    with pytest.raises(ForbiddenAddress):
        checked_url(address, PrivateDestinations())


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f.1",
        "0X7F.1",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0x",
        "127.0.0.1.",
        "①②⑦.①",
        "8.8.2056",
        "hooks.example.127",
    ],
)
def test_an_address_in_an_odd_notation_is_refused_before_anybody_reads_it(host: str) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(ForbiddenAddress):
            checked_url(f"{scheme}://{host}/", PrivateDestinations())


@pytest.mark.parametrize("host", ["1.example.com", "0x7f.example", "a1", "8.8.8.8", "x.0xg"])
def test_a_name_with_digits_in_it_is_one_like_any_other(host: str) -> None:
    assert checked_url(f"https://{host}/", PrivateDestinations()).host == host


def test_the_operator_may_name_hosts_and_networks() -> None:
    private = PrivateDestinations.of(["erp.internal", "10.1.0.0/16", "fd00::/8", "192.168.7.7"])

    private.admit("ERP.internal.", ["10.9.9.9"], encrypted=False)
    private.admit("any", ["10.1.2.3", "192.168.7.7", "fd00::1"], encrypted=False)
    private.admit("any", ["::ffff:10.1.2.3"], encrypted=False)
    for addresses in (["10.2.0.1"], ["192.168.7.8"], ["10.1.2.3", "10.2.0.1"], ["fe80::1"]):
        with pytest.raises(ForbiddenAddress):
            private.admit("any", addresses, encrypted=True)


def test_an_address_behind_many_others_is_looked_at_too() -> None:
    many = ["8.8.8.8"] * 1_000 + ["127.0.0.1"]

    with pytest.raises(ForbiddenAddress):
        PrivateDestinations().admit("any", many, encrypted=True)


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "10.0.0.0/33", "", "a/b"])
def test_what_is_neither_a_host_nor_a_network_is_a_mistake_of_the_operator(entry: str) -> None:
    with pytest.raises(ConfigurationError):
        PrivateDestinations.of([entry])
