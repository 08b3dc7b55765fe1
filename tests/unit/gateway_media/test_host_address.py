"""Where a host may be called."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hosts.host_address import (
    Destination,
    HostUrl,
    OutsideNetworksError,
    allowed_addresses,
    is_host_path,
    lies_in,
    parse_address,
    parse_destination,
    parse_host_url,
)

networks = st.one_of(
    st.ip_addresses(v=4).map(lambda ip: f"{ip}/32"), st.ip_addresses(v=6).map(lambda ip: f"{ip}/128")
)


@pytest.mark.parametrize(
    ("text", "url", "netloc"),
    [
        ("http://10.0.0.5:8101", HostUrl("http", "10.0.0.5", 8101), "10.0.0.5:8101"),
        ("http://10.0.0.5/", HostUrl("http", "10.0.0.5", 80), "10.0.0.5"),
        ("https://Host.Example", HostUrl("https", "host.example", 443), "host.example"),
        ("https://[fd00::5]:8101", HostUrl("https", "fd00::5", 8101), "[fd00::5]:8101"),
        ("http://kamera-süd.example", HostUrl("http", "xn--kamera-sd-x9a.example", 80), None),
        ("http://lab_1:8101", HostUrl("http", "lab_1", 8101), "lab_1:8101"),
    ],
)
def test_a_public_url_is_taken_apart(text: str, url: HostUrl, netloc: str | None) -> None:
    assert parse_host_url(text) == url
    assert netloc is None or url.netloc == netloc


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0.5:8101",
        "ftp://10.0.0.5",
        "http://",
        "http://:80",
        "http://host:0",
        "http://host:99999",
        "http://user:secret@host",
        "http://host/api",
        "http://host?x",
        "http://host#x",
        "http://ho st",
        "http://host|10.0.0.0",
        "http://host,other",
        "http://" + "a" * 64 + ".example",
        "http://fe80::1%25eth0",
        "http://[fe80::1%25eth0]",
        "http://..",
    ],
)
def test_what_is_more_or_less_than_an_address_of_a_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_host_url(text)


@given(
    st.from_regex(r"\A[a-z0-9.:-]{1,60}\Z"),
    st.lists(networks, max_size=5).map(tuple),
    st.from_regex(r"\A[0-9a-f]{0,16}\Z"),
)
def test_a_destination_comes_back_as_it_was(name: str, allowed: tuple[str, ...], enrolment: str) -> None:
    destination = Destination(name, allowed, enrolment)
    assert parse_destination(destination.encode()) == destination


def test_an_address_that_is_wrapped_in_another_is_judged_by_what_it_is() -> None:
    assert parse_address("::ffff:127.0.0.1") == ipaddress.ip_address("127.0.0.1")
    wrapped = parse_address("::ffff:10.0.0.1")
    assert wrapped is not None
    assert not lies_in(wrapped, ["::/0"])
    assert lies_in(wrapped, ["10.0.0.0/8"])


@pytest.mark.parametrize(
    "text", ["", "localhost", "0x7f.1", "127.1", "10.0.0.256", "fe80::1%eth0", "١٢٧.0.0.1"]
)
def test_only_a_whole_address_is_one(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("resolved", "allowed", "found"),
    [
        (["10.0.0.1"], ["10.0.0.0/8"], ["10.0.0.1"]),
        (["10.0.0.1", "10.0.0.1", "fd00::1"], ["10.0.0.0/8", "fd00::/8"], ["10.0.0.1", "fd00::1"]),
        ([], ["10.0.0.0/8"], []),
        (["10.0.0.1", "8.8.8.8"], ["10.0.0.0/8"], None),
        (["127.0.0.1"], ["10.0.0.0/8"], None),
        (["10.0.0.1"], [], None),
        (["::ffff:8.8.8.8"], ["::/0"], None),
        (["fe80::1%eth0"], ["::/0"], None),
    ],
)
def test_all_of_a_names_addresses_must_be_allowed(
    resolved: list[str], allowed: list[str], found: list[str] | None
) -> None:
    if found is None:
        with pytest.raises(OutsideNetworksError):
            allowed_addresses(resolved, allowed)
    else:
        assert allowed_addresses(resolved, allowed) == found


@pytest.mark.parametrize(
    "path",
    [
        "/api/host/devices/street",
        "/api/host/thumbnails/street/2026-11-21T14",
        "/host/stream/street/segments/2026-11-21T14/segment_000000001.ts",
    ],
)
def test_paths_of_hosts_are_known(path: str) -> None:
    assert is_host_path(path)


@given(st.text(max_size=40))
def test_no_text_behind_a_prefix_leads_elsewhere(text: str) -> None:
    path = f"/host/stream/{text}"
    if is_host_path(path):
        assert set(path) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/")
        assert not any(part in ("", ".", "..") for part in path.split("/")[1:])


@pytest.mark.parametrize(
    "path", ["/api/v1/users", "/api/hosts", "/host/streams/a", "api/host/a", "/api/host/"]
)
def test_other_paths_are_not(path: str) -> None:
    assert not is_host_path(path)
