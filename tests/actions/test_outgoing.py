from __future__ import annotations

import itertools
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.utils import override_settings

from debate.actions import outgoing
from debate.actions.outgoing import Unreachable
from tests.certificates import certify
from tests.receiver import Receiver, receiver

HOSTS = Path(__file__).parents[3] / "shared/data/security/ssrf-hosts-own.json"
URLS = HOSTS.with_name("ssrf-urls-patt.txt")
PORTS = (
    *(21, 22, 23, 25, 80, 110, 143, 389, 443, 465),
    *(587, 2375, 3306, 5432, 6379, 8080, 8443, 9200, 11211, 27017),
)
OWN = ("127.0.0.1", "127.1", "0x7f000001", "localhost", "10.0.0.1", "169.254.169.254", "[::1]")


@pytest.fixture
def inside() -> Iterator[Receiver]:
    with receiver() as told, override_settings(WEBHOOKS_INSIDE=[told.place]):
        yield told


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where a connection was begun."""
    made: list[Any] = []

    def connect(address: Any, *args: Any, **more: Any) -> socket.socket:
        made.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


def hosts() -> list[str]:
    if not HOSTS.exists():
        return list(OWN)
    return [one["host"] for one in json.loads(HOSTS.read_text()) if one["must"] == "deny"]


@pytest.mark.parametrize("host", hosts())
def test_no_address_of_the_inside_is_called(host: str, connected: list[Any]) -> None:
    for scheme in ("https", "http"):
        with pytest.raises(Unreachable):
            outgoing.call(f"{scheme}://{host}/hook", b"{}", {})
    assert connected == []


def addresses() -> list[str]:
    return URLS.read_text().splitlines() if URLS.exists() else [f"http://{host}/" for host in OWN]


@pytest.mark.parametrize("url", addresses())
def test_no_address_that_is_written_to_lead_inside_is_called(
    url: str, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are taken to stand for an address of the inside, as their owners can have them do."""
    lookup = socket.getaddrinfo

    def found(host: str, port: int, **more: Any) -> list[Any]:
        try:
            return lookup(host, port, flags=socket.AI_NUMERICHOST, **more)
        except socket.gaierror:
            return lookup("127.0.0.1", port, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    for one in (url, url.replace("http://", "https://", 1)):
        with pytest.raises(Unreachable):
            outgoing.call(one, b"{}", {})
    assert [one for one in connected if one[0] != "1.1.1.1"] == []  # which is public


def test_a_public_address_is_connected_to_as_it_was_looked_at(
    connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    with pytest.raises(Unreachable, match="connection"):
        outgoing.call("https://hooks.example.org/x", b"{}", {})
    assert connected == [("93.184.215.14", 443)]


def test_a_name_that_leads_inside_too_is_not_called(
    connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: one look-up serves both, and each address it gives is looked at."""
    answers = [["93.184.215.14", "10.0.0.1"], ["127.0.0.1"], ["::ffff:127.0.0.1"], ["fd00::1"]]

    def lookup(*args: Any, **more: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, 443)) for address in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for _ in range(4):
        with pytest.raises(Unreachable, match="inside"):
            outgoing.call("https://rebinding.example.org/x", b"{}", {})
    assert connected == []


def test_a_name_that_changes_with_each_look_up_is_connected_to_as_it_was_looked_at(
    connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = itertools.cycle(["93.184.215.14", "127.0.0.1", None])

    def lookup(*args: Any, **more: Any) -> list[Any]:
        if (address := next(turns)) is None:
            raise socket.gaierror("SERVFAIL")
        return [(0, 0, 0, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for _ in range(1_002):
        with pytest.raises(Unreachable):
            outgoing.call("https://rebinding.example.org/x", b"{}", {})
    assert connected == [("93.184.215.14", 443)] * 334


@pytest.mark.parametrize("error", [socket.gaierror("no such name"), UnicodeError("label")])
def test_a_name_that_cannot_be_looked_up_is_not_called(
    connected: list[Any], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def lookup(*args: Any, **more: Any) -> list[Any]:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(Unreachable, match="name"):
        outgoing.call("https://nowhere.example.org/x", b"{}", {})
    assert connected == []


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("https://example.org/hook?a=1", ""),
        ("https://example.org:443/hook", ""),
        ("https://example.org:0443/hook", ""),
        ("https://example.org:8443/hook", "port"),
        ("https://example.org:80/hook", "port"),
        ("http://example.org/hook", "https"),
        ("http://example.org:443/hook", "https"),
        ("ftp://example.org/", "https"),
        ("gopher://example.org:443/_POST", "https"),
        ("dict://example.org:11211/stats", "https"),
        ("ws://example.org/", "https"),
        ("file:///etc/passwd", "unreadable"),
        ("file://example.org/etc/passwd", "https"),
        ("data:text/plain,x", "unreadable"),
        ("//example.org/hook", "https"),
        ("https://user:secret@example.org/", "unreadable"),
        ("https://user@example.org/", "unreadable"),
        ("https://@example.org/", "unreadable"),
        ("https://example.org:443@10.0.0.1/", "unreadable"),
        ("https://example.org/#part", "unreadable"),
        ("https:///hook", "unreadable"),
        ("https://exam ple.org/", "unreadable"),
        ("https://example.org/\r\nX: y", "unreadable"),
        ("https://example.org:99999/", "unreadable"),
        ("https://[::1/", "unreadable"),
        ("https://①②⑦.⓪.⓪.①/", "unreadable"),
        ("https://10.0.0.1/", "inside"),
        ("https://192.52.193.1/", "inside"),
        ("https://192.175.48.6/", "inside"),
        ("https://[2620:4f:8000::6]/", "inside"),
        ("https://1.1.1.1/", ""),
        ("https://[2606:4700:4700::1111]/", ""),
        ("javascript:alert(1)", "unreadable"),
        ("hook", "unreadable"),
    ],
)
def test_an_address_is_looked_at_before_it_is_taken(url: str, refusal: str) -> None:
    assert outgoing.refusal_of(url) == refusal


def test_of_twenty_ports_those_are_called_that_the_site_allows(
    connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    for allowed in ([443], [443, 8443]):
        monkeypatch.setattr(settings, "WEBHOOKS_PORTS", allowed)
        for port in PORTS:
            why = "connection" if port in allowed else "port"
            with pytest.raises(Unreachable, match=why):
                outgoing.call(f"https://hooks.example.org:{port}/x", b"{}", {})
        assert [port for _, port in connected] == allowed
        connected.clear()
    assert len(PORTS) == 20


def test_a_place_inside_is_named_with_its_port_which_no_list_of_ports_takes_away(
    inside: Receiver,
) -> None:
    assert inside.port not in settings.WEBHOOKS_PORTS
    assert outgoing.refusal_of(inside.url) == ""


def test_what_runs_inside_is_called_where_the_site_lets_it(inside: Receiver) -> None:
    answer = outgoing.call(inside.url, b'{"a":1}', {"webhook-id": "msg_1"})
    assert answer.is_good and answer.status == 204
    assert inside.got[0].said == {"a": 1}
    assert inside.got[0].headers["host"] == inside.place
    with pytest.raises(Unreachable):
        outgoing.call(f"http://127.0.0.1:{inside.port + 1}/hook", b"{}", {})


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(inside: Receiver, status: int) -> None:
    """Not even to where the site lets webhooks go."""
    inside.status = status
    assert not outgoing.call(inside.url, b"{}", {}).is_good
    assert [one.path for one in inside.got] == ["/hook"]
    assert inside.connections == 1


def test_a_receiver_has_ten_seconds_and_64_kb() -> None:
    assert (outgoing.SECONDS, outgoing.READ_MOST) == (10.0, 65_536)


@pytest.mark.parametrize("way", ["trickle", "drip"])
def test_who_answers_slowly_is_cut_off(
    inside: Receiver, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.5)
    inside.way, inside.status = way, 200
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="late"):
        outgoing.call(inside.url, b"{}", {})
    assert time.monotonic() - begun < 5


def test_who_is_slow_to_begin_with_tls_has_no_more_time_after_that(
    inside: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Connecting and shaking hands are each within the time, both together are not."""
    made = certify(tmp_path, ["localhost"])
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    monkeypatch.setattr(settings, "WEBHOOKS_INSIDE", [f"LocalHost:{inside.port}"])
    inside.context, url = made.context(), f"https://localhost:{inside.port}/hook"
    assert outgoing.call(url, b"{}", {}).is_good
    connect = socket.create_connection

    def slowly(*args: Any) -> socket.socket:
        line = connect(("127.0.0.1", inside.port), *args[1:])
        time.sleep(0.3)
        return line

    monkeypatch.setattr(socket, "create_connection", slowly)
    monkeypatch.setattr(outgoing, "SECONDS", 0.5)
    inside.stalls, inside.way, inside.status = 0.7, "drip", 200
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="late"):
        outgoing.call(url, b"{}", {})
    assert time.monotonic() - begun < 3
    assert len(inside.got) == 1  # the first


def test_of_an_endless_answer_only_the_beginning_is_read(inside: Receiver) -> None:
    inside.way = "endless"
    assert outgoing.call(inside.url, b"{}", {}).is_good


def test_no_proxy_is_used(inside: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert outgoing.call(inside.url, b"{}", {}).is_good
