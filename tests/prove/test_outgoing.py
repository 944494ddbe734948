"""Webhooks in a network in which every address is here: none is connected to but public ones.

What is planned is what was looked at: each address has what came of it. In the same runs public
names are connected to, and programs with less care connect to what is inside, which is seen.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from accounts.models import User
from debate.actions import outgoing, webhooks
from debate.models import Delivery, Webhook
from tests.actions import test_outgoing as lists
from tests.prove import world
from tests.prove.conftest import Noted
from tests.prove.everywhere import LEADS
from tests.prove.nameserver import Zone
from tests.prove.processes import environment
from tests.prove.world import PUBLIC, World

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(bool(world.missing()), reason=world.missing() or "all is there"),
]

RUNS, CHECKS = 1_000, 50
STATUSES = ("300", "301", "302", "303", "307", "308")
V4, V6 = (f"A {PUBLIC[0]}", f"AAAA {PUBLIC[1]}")
KNOWN = (*PUBLIC, "1.1.1.1")  # the last is written in the list of addresses, and public
CONTROLS = ("https://v4.test/control", "https://v6.test/control", "https://both.test/control")
SCHEMES = (
    *("http://v4.test/", "http://v4.test:443/", "HTTP://v4.test/", "//v4.test/", "v4.test:443"),
    *("gopher://v4.test:443/_POST", "gopher://v4.test/", "dict://v4.test:11211/stats"),
    *("ftp://v4.test/", "ldap://v4.test:389/", "file://v4.test/etc/passwd", "file:///etc/passwd"),
    *("ws://v4.test/", "wss://v4.test/", "jar:https://v4.test!/", "javascript:alert(1)"),
    *("https://user:secret@v4.test/", "https://user@v4.test/", "https://@v4.test/"),
    *(
        "https://v4.test:secret@v6.test/",
        "https://v4.test#@v6.test/",
        "https://v4.test\\@v6.test/",
    ),
)
FAILING: Zone = {
    "servfail.test": {"A": [["SERVFAIL"]], "AAAA": [["SERVFAIL"]]},
    "nxdomain.test": {"A": [["NXDOMAIN"]], "AAAA": [["NXDOMAIN"]]},
    "refused.test": {"A": [["REFUSED"]], "AAAA": [["REFUSED"]]},
    "nothing.test": {"A": [[]], "AAAA": [[]]},
    "garbage.test": {"A": [["garbage"]], "AAAA": [["garbage"]]},
    "cut.test": {"A": [["cut"]], "AAAA": [["cut"]]},
    "silent.test": {"A": [["silence"]], "AAAA": [["silence"]]},
    "alias-of-nothing.test": {"A": [["CNAME nothing.test"]], "AAAA": [["CNAME nothing.test"]]},
}
MIXED: Zone = {
    "second.test": {"A": [[V4, "A 10.0.0.1"]]},
    "first.test": {"A": [["A 192.168.0.1", V4]]},
    "many.test": {"A": [[*[V4] * 20, "A 127.0.0.1"]]},
    "six.test": {"A": [[V4]], "AAAA": [["AAAA fd00::1"]]},
    "four.test": {"A": [["A 127.0.0.1"]], "AAAA": [[V6]]},
    "loop.test": {"A": [[V4]], "AAAA": [["AAAA ::1"]]},
    "mapped.test": {"A": [[]], "AAAA": [["AAAA ::ffff:127.0.0.1"]]},
    "translated.test": {"A": [[]], "AAAA": [[V6, "AAAA 64:ff9b::7f00:1"]]},
    "tunnel.test": {"A": [[V4]], "AAAA": [["AAAA 2002:7f00:1::"]]},
    "alias.test": {"A": [["CNAME inner.test", "A 10.0.0.1"]], "AAAA": [["CNAME inner.test"]]},
    "aliases.test": {"A": [["CNAME a.test", "CNAME b.test", "A 169.254.169.254"]]},
    "metadata.test": {"A": [["A 169.254.169.254"]], "AAAA": [["SERVFAIL"]]},
    "half.test": {"A": [["SERVFAIL"]], "AAAA": [["AAAA ::1"]]},
}
TURNS: Zone = {
    "turns4.test": {"A": [[V4], ["A 127.0.0.1"]], "AAAA": [[]]},
    "turns6.test": {"A": [[]], "AAAA": [[V6], ["AAAA ::1"]]},
    "turns.test": {"A": [[V4], ["A 127.0.0.1"]], "AAAA": [[V6], ["AAAA ::1"]]},
    "across.test": {"A": [[V4], ["A 127.0.0.1"]], "AAAA": [["AAAA ::1"], [V6]]},
}
PLAIN: Zone = {
    "*": {"A": [["A 127.0.0.1"], ["A 10.0.0.1"]], "AAAA": [["AAAA ::1"], ["AAAA fd00::1"]]},
    "v4.test": {"A": [[V4]], "AAAA": [[]]},
    "v6.test": {"A": [[]], "AAAA": [[V6]]},
    "both.test": {"A": [[V4]], "AAAA": [[V6]]},
}


def inside() -> list[str]:
    """The addresses of the lists that are written as such; names stand for them as well."""
    found = []
    for host in lists.hosts():
        try:
            found.append(str(ipaddress.ip_address(host.strip("[]"))))
        except ValueError:
            continue
    return found


def names() -> Zone:
    """A name for each of them."""
    kinds = {host: "AAAA" if ":" in host else "A" for host in inside()}
    return {
        f"n{n}.test": {kind: [[f"{kind} {host}"]]} for n, (host, kind) in enumerate(kinds.items())
    }


def addresses() -> list[str]:
    """All that must not lead inside: as they are written, and by https where they are not."""
    urls = [f"{scheme}://{host}/hook" for host in lists.hosts() for scheme in ("https", "http")]
    for url in lists.addresses():
        urls += [url, re.sub(r"^\w+:", "https:", url, count=1)]
    urls += [f"https://{name}/hook" for name in names()]
    return list(dict.fromkeys(urls))


def ports() -> set[int]:
    """Those of the lists, which all have listeners."""
    written = re.findall(r":(\d{2,5})\b", " ".join(lists.addresses()))
    return {
        80,
        443,
        70,
        21,
        2628,
        *lists.PORTS,
        *(int(port) for port in written if int(port) < 2**16),
    }


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    zone = {**PLAIN, **FAILING, **MIXED, **TURNS, **names()}
    with World(tmp_path_factory.mktemp("world"), zone, sorted(ports())) as made:
        yield made


def came(there: World, way: str, urls: Sequence[str], at_once: int = 1, **told: str) -> list[str]:
    """What came of each address, in their order."""
    said = there.run(way, str(at_once), given="\n".join(urls), told=environment(told))
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["url"] for line in lines] == list(urls)
    return [line["came"] for line in lines]


@pytest.mark.skipif(not lists.HOSTS.exists(), reason="the lists of addresses are not here")
@pytest.mark.django_db(transaction=True)
def test_no_address_that_is_not_public_is_connected_to(
    there: World, note: Noted, alice: User
) -> None:
    first, _ = webhooks.create(by=alice, url=CONTROLS[0])
    urls = addresses()
    more = [Webhook(account=alice, url=url, key=first.key) for url in (*CONTROLS[1:], *urls)]
    hooks = [first, *Webhook.objects.bulk_create(more)]
    Delivery.objects.bulk_create([Delivery(webhook=hook) for hook in hooks])
    there.seen()
    there.run("deliver", told=environment({}))
    seen = there.seen()
    sent = {one.webhook.url: one for one in Delivery.objects.select_related("webhook")}
    whys = Counter(sent[url].log[0]["why"] for url in urls)
    assert seen.outside_of(KNOWN) == []
    assert [sent[url].state for url in CONTROLS] == ["delivered"] * len(CONTROLS)
    assert {one["path"] for one in seen.said} == {"/control"}
    assert {one["address"] for one in seen.said} == {*PUBLIC}
    assert set(whys) <= {"refused", "inside", "port", "name", "connection", "certificate"}
    came(there, "careless", urls, 8)
    careless = there.seen().outside_of(KNOWN)
    told = ", ".join(f"{many} {why}" for why, many in sorted(whys.items()))
    typed = sum(bool(outgoing.refusal_of(url)) for url in urls)
    note(
        "webhooks to what is inside",
        f"{len(lists.hosts())} hosts and {len(lists.addresses())} URLs, as written and by "
        f"https, and {len(names())} names that stand for such hosts: {len(urls)} webhooks, all "
        f"tried by the worker ({told}), {typed} of them refused when typed; 0 connections to an "
        f"address that is not public; {len(CONTROLS)} webhooks to public names were delivered "
        f"meanwhile. A program without care made {len(careless)} "
        f"connections to {len({address for address, _ in careless})} addresses inside",
    )
    assert sum(whys.values()) == len(urls) > 100
    assert len({address for address, _ in careless}) > 20


def test_a_name_that_changes_is_connected_to_as_it_was_looked_at_and_one_that_fails_is_not(
    there: World, note: Noted
) -> None:
    turning = [f"https://{name}/turn" for _ in range(RUNS) for name in TURNS]
    there.seen()
    turned = Counter(came(there, "call", turning))
    seen = there.seen()
    assert seen.outside_of(PUBLIC) == []
    assert set(turned) == {"204", "inside"}
    assert turned["204"] == len(seen.connections) == len(seen.said) > RUNS
    assert all(seen.asked[name] >= 2 * RUNS for name in TURNS)
    failed = failing(there)
    came(there, "checking", turning[: len(TURNS) * CHECKS], 1)
    checking = there.seen()
    note(
        "webhooks to names that change or fail",
        f"{len(TURNS)} names that lead to a public address and to loopback by turns, TTL 0, "
        f"{RUNS:,} calls each: {sum(seen.asked[name] for name in TURNS):,} questions answered by "
        f"a name server, {turned['204']:,} delivered to public addresses, {turned['inside']:,} "
        f"refused; {failed}; 0 connections to an address that is not public. A program that looks "
        f"at a name and then connects to it made {len(checking.outside_of(PUBLIC))} in "
        f"{len(TURNS) * CHECKS} calls",
    )
    assert len(checking.outside_of(PUBLIC)) > CHECKS / 2


def failing(there: World) -> str:
    """Call names that cannot be looked up, or that lead inside too, beside some that are fine."""
    wrong = [f"https://{name}/wrong" for name in FAILING for _ in range(3)]
    mixed = [f"https://{name}/mixed" for name in MIXED for _ in range(10)]
    told = came(there, "call", [*wrong, *mixed, *CONTROLS], 8)
    seen = there.seen()
    assert set(told[: len(wrong)]) == {"name", "late"}
    assert set(told[len(wrong) : -len(CONTROLS)]) <= {"inside", "name"}
    assert told[-len(CONTROLS) :] == ["204"] * len(CONTROLS)
    assert seen.outside_of(PUBLIC) == []
    assert len(seen.connections) == len(CONTROLS)
    assert all(seen.asked[name] for name in (*FAILING, *MIXED))
    return (
        f"{len(FAILING)} ways to fail (SERVFAIL, NXDOMAIN, REFUSED, no records, garbage, cut "
        f"short, silence, an alias of nothing) and {len(MIXED)} names that are partly inside or "
        f"aliases of it, {len(wrong) + len(mixed)} calls: all refused, {len(CONTROLS)} public "
        f"names beside them delivered"
    )


@pytest.mark.parametrize("allowed", ["443", "443,8443"])
def test_only_ports_that_the_site_allows_are_connected_to(there: World, allowed: str) -> None:
    urls = [f"https://both.test:{port}/port" for port in lists.PORTS]
    there.seen()
    told = came(there, "call", urls, WEBHOOKS_PORTS=allowed)
    seen = there.seen()
    wanted = [port for port in lists.PORTS if str(port) in allowed.split(",")]
    assert [port for _, port in seen.connections] == wanted
    assert [one for one in told if one != "port"] == ["204"] * len(wanted)


def test_no_redirect_is_followed_and_nothing_but_https_is_spoken(
    there: World, note: Noted
) -> None:
    leading = [f"https://v4.test/leads/{s}/{n}" for s in STATUSES for n in range(len(LEADS))]
    ports = [f"https://both.test:{port}/port" for port in lists.PORTS]
    there.seen()
    assert came(there, "call", leading) == [url.split("/")[4] for url in leading]
    led = there.seen()
    assert led.connections == [(PUBLIC[0], 443)] * len(leading)
    assert set(came(there, "call", SCHEMES)) == {"refused"}
    assert there.seen().connections == []
    told = Counter(came(there, "call", ports))
    assert [port for _, port in there.seen().connections] == [443]
    careless = {}
    for name, urls in (("led", leading), ("schemes", SCHEMES), ("ports", ports)):
        came(there, "careless", urls, 4)
        careless[name] = there.seen()
    inside = len(careless["led"].outside_of(PUBLIC))
    knocked = len({port for _, port in careless["ports"].connections})
    note(
        "webhooks by redirects, schemes and ports",
        f"{len(leading)} redirects ({', '.join(STATUSES)}) to {len(LEADS)} places inside: none "
        f"followed; {len(SCHEMES)} addresses of other schemes or with a name and password: 0 "
        f"connections; of {len(ports)} ports of a public address {told['204']} was connected to, "
        f"443. A program without care followed {inside} redirects inside, connected by "
        f"{len(careless['schemes'].connections)} of these addresses, and to {knocked} ports",
    )
    assert inside > len(leading) / 2
    assert len(careless["schemes"].connections) > len(SCHEMES) / 2
    assert knocked == len(ports)
