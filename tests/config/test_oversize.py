"""Requests that are too large, or lie about how large they are, at the server that is run."""

from __future__ import annotations

import json
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from debate.api.imports import FILE_MOST
from tests import streams
from tests.streams import Site

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "Content-Type: application/x-www-form-urlencoded"
PATIENCE = 20


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with streams.running() as site:
        yield site


def head(path: str, *lines: str) -> bytes:
    told = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]
    return "\r\n".join(told).encode()


def status(site: Site, *parts: bytes, closes: bool = False) -> int:
    """The status that comes for these bytes; 0 where nothing does until the other side ends it."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as line:
        try:
            for part in parts:
                line.sendall(part)
            if closes:
                line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side has heard enough
        return read(line)


def read(line: socket.socket) -> int:
    try:
        answer = line.recv(200)
    except OSError:
        return 0
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def sized(path: str, body: bytes, *lines: str) -> tuple[bytes, bytes]:
    return head(path, f"Content-Length: {len(body)}", *lines), body


def test_what_says_that_it_is_too_long_is_refused_before_it_comes(site: Site) -> None:
    for said in (str(settings.BODY_MOST + 1), "1" * 30, "9" * 4000):
        found = status(site, head("/accounts/login/", f"Content-Length: {said}", FORM))
        assert found in (400, 413), said


def test_a_body_without_end_is_not_written_to_the_disk(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[int] = []
    write: Any = tempfile.SpooledTemporaryFile.write

    def counted(file: Any, data: bytes) -> Any:
        stored.append(len(data))
        return write(file, data)

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", counted)
    lines = ("Transfer-Encoding: chunked", FORM)
    chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    sent, found = 0, 0
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as line:
        line.sendall(head("/accounts/login/", *lines))
        try:
            for _ in range(200):
                line.sendall(chunk)
                sent += 1
        except OSError:
            pass
        found = read(line)
    assert found in (0, 413)  # closed while we were still writing, the answer may be lost
    assert sent < 120
    assert 0 < sum(stored) <= settings.BODY_MOST


def test_the_largest_file_that_is_taken_fits() -> None:
    assert settings.BODY_MOST > FILE_MOST + 1_000_000


def test_less_than_was_promised_is_waited_for_and_then_forgotten(site: Site) -> None:
    promised = head("/accounts/login/", "Content-Length: 1000", FORM)
    assert status(site, promised, b"a=b", closes=True) in (0, 400)
    assert status(site, *sized("/accounts/login/", b"a=b", FORM)) in (200, 403)


def test_more_than_was_promised_is_no_second_request(site: Site) -> None:
    smuggled = b"a=b" + head("/admin/login/")
    parts = head("/accounts/login/", "Content-Length: 3", FORM), smuggled
    assert status(site, *parts) in (200, 400, 403)
    both = ("Content-Length: 3", "Transfer-Encoding: chunked", FORM)
    assert status(site, head("/accounts/login/", *both), b"0\r\n\r\n") in (400, 403)
    twice = ("Content-Length: 3", "Content-Length: 30", FORM)
    assert status(site, head("/accounts/login/", *twice), b"a=b") == 400


def taken(do: Callable[[], int]) -> tuple[int, float]:
    begun = time.process_time()
    found = do()
    return found, time.process_time() - begun


def form(count: int, size: int = 1) -> bytes:
    return "&".join(f"a{number}={'b' * size}" for number in range(count)).encode()


CASES: dict[str, tuple[Any, set[int]]] = {
    "2 MB of JSON": (
        lambda: sized("/api/v1/debates/", json.dumps({"question": "x" * 2_000_000}).encode()),
        {401, 413, 415},
    ),
    "a form of 3 MB": (lambda: sized("/accounts/login/", form(3, 1_000_000), FORM), {400, 403}),
    "10,000 fields": (lambda: sized("/accounts/login/", form(10_000), FORM), {400, 403}),
    "5,000 headers": (
        lambda: sized("/accounts/login/", b"a=b", FORM, *(["X-A: b"] * 5_000)),
        {0, 400, 403, 431},
    ),
    "5,000 cookies": (
        lambda: sized("/accounts/login/", b"a=b", FORM, "Cookie: " + "a=b; " * 5_000),
        {0, 400, 403, 431},
    ),
    "a header of 1 MB": (
        lambda: sized("/accounts/login/", b"a=b", FORM, "X-A: " + "b" * 1_000_000),
        {0, 400, 403, 431},
    ),
    "an address of 1 MB": (
        lambda: sized("/" + "a" * 1_000_000, b"", FORM),
        {0, 400, 403, 404, 414},
    ),
    "an encoding of nothing": (
        lambda: sized("/accounts/login/", b"a=b", FORM + "; charset=nothing"),
        {200, 400, 403},
    ),
    "parts without end": (
        lambda: sized(
            "/accounts/login/",
            b"--x\r\n" * 100_000,
            "Content-Type: multipart/form-data; boundary=x",
        ),
        {200, 400, 403},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_too_large_is_refused_at_once(site: Site, name: str) -> None:
    made, allowed = CASES[name]
    parts = made()
    status(site, *parts)  # what is loaded with the first request is not counted
    found, seconds = taken(lambda: status(site, *parts))
    assert found in allowed
    assert seconds < 0.5  # of this process, and so of client and server
