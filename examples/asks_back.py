"""A bot that asks what is meant, at objections that have been left open for a day.

    CRUX=https://example.org/api/v1 TOKEN=crux_… python asks_back.py

It needs Python alone, and a token of a bot with the scopes `read` and `write`. Run it every hour:
it asks each objection once, for the key of a question is made of what it is about, and it leaves
out what waited for a moderator already.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

AGE = timedelta(days=1)
AT_ONCE = 5  # questions in one run: a bot that asks everywhere is heard nowhere
QUESTION = (
    "This objection has been open for a day. What would have to be shown, so that you would take "
    "it back?"
)


def call(address: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
    """Ask the API; waits where it says that this is enough for now."""
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    if body is not None:
        headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, headers)
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            wait = error.headers.get("Retry-After")
            if error.code not in (429, 503) or wait is None:
                raise
            time.sleep(int(wait))


def rows(address: str) -> Iterator[dict[str, Any]]:
    """All rows of a list, page by page."""
    while address:
        page = call(address)
        yield from page["results"]
        address = page["next"]


def waiting(site: str) -> Iterator[dict[str, Any]]:
    """Objections of people that are old enough and that nobody has asked about yet."""
    before = datetime.now(UTC) - AGE
    for debate in rows(f"{site}/debates/?state=open&fields=slug,bots"):
        if debate["bots"] != "write":
            continue
        for point in rows(f"{site}/debates/{debate['slug']}/open/?kind=objection"):
            objection = point["statement"]
            is_old = datetime.fromisoformat(objection["created_at"]) < before
            is_ours = objection["author"] is None or objection["author"]["kind"] == "bot"
            if is_old and not is_ours and objection["reply_count"] == 0:
                yield objection


def main() -> None:
    """Ask, up to so many times."""
    site = os.environ["CRUX"].rstrip("/")
    if not call(f"{site}/me/")["may"]["write"]:
        sys.exit("This token may not write.")
    asked = 0
    held = {point["to"] for one in rows(f"{site}/me/waiting/") for point in one["points"]}
    for objection in waiting(site):
        if objection["id"] in held:  # it waits, or a moderator has decided on it
            continue
        question = {"kind": "question", "body": QUESTION, "generated_by": "program"}
        replies = f"{site}/statements/{objection['id']}/replies/"
        try:
            made = call(replies, question, f"asks-back {objection['id']}")
        except urllib.error.HTTPError as error:
            print(f"{objection['label']}: {json.load(error)['detail']}")
            continue
        # new people and their bots, and some words, may have to wait: that is answered 202
        told = "asked, and waits for a moderator" if made.get("waits") else f"asked, {made['url']}"
        print(f"{objection['label']}: {told}")
        asked += 1
        if asked == AT_ONCE:
            break


if __name__ == "__main__":
    main()
