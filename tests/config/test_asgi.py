"""What is sent and cannot be stored is told to come again, and the process goes on."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Mapping
from typing import Any
from unittest import mock

from config.asgi import application


def test_a_body_for_which_the_disk_has_no_room_is_answered_503() -> None:
    said: list[dict[str, Any]] = []
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def send(part: Mapping[str, Any]) -> None:
        said.append(dict(part))

    full = OSError(errno.ENOSPC, "No space left on device")
    with mock.patch("tempfile.SpooledTemporaryFile.write", side_effect=full):
        asyncio.run(application(scope, receive, send))
    assert said[0]["status"] == 503
    assert (b"Retry-After", b"60") in said[0]["headers"]
    assert b"no room" in said[1]["body"]
