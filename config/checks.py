"""What `check --deploy` says of the settings, and `check --database default` of the database.

`migrate` runs those of the database too. What must never be is refused by `production` at every
start; here is what works but should be known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from config.asking import beside_the_pool

OLDEST = 15
"""PostgreSQL's major version that is tried before a release, with 17 and the newest."""
FOUND = ("version", "encoding", "is_superuser", "connections", "durable", "locale")
FACTS = """
    SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
        current_setting('is_superuser'), current_setting('max_connections')::int,
        concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'),
            current_setting('full_page_writes')),
        coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale', datcollate)
    FROM pg_database d WHERE datname = current_database()
"""
"""The last one: a provider's own name of the locale stands elsewhere before 17."""
KEPT_FREE = 10  # of PostgreSQL's connections, for everything but one web process and one worker


@register(Tags.security, deploy=True)
def behind_a_proxy(**kwargs: Any) -> list[CheckMessage]:
    """Crux speaks http, so somebody in front has to speak https."""
    if settings.PROXIES:
        return []
    return [
        Warning(
            "PROXIES is 0, so nothing in front is believed.",
            hint="Behind one proxy set PROXIES=1. Otherwise every page leads to https:// again "
            "and again, and all readers share one address and its limits.",
            id="crux.W001",
        )
    ]


@register(Tags.security, deploy=True)
def sends_mail(**kwargs: Any) -> list[CheckMessage]:
    """Mail has a sender that others believe, and no password in the clear."""
    found: list[CheckMessage] = []
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        found.append(
            Warning(
                "DEFAULT_FROM_EMAIL is an address at localhost, which mail servers refuse.",
                hint="Name an address of your domain, such as crux@example.org.",
                id="crux.W002",
            )
        )
    is_sealed = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_HOST_PASSWORD and not is_sealed:
        found.append(
            Warning(
                "EMAIL_URL sends a password without TLS.",
                hint="Begin it with submission:// (port 587) or smtps:// (port 465).",
                id="crux.W003",
            )
        )
    return found


@register(Tags.security, deploy=True)
def has_one_name(**kwargs: Any) -> list[CheckMessage]:
    """Links in mails lead to a name that is answered."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    names = settings.ALLOWED_HOSTS
    is_answered = any(
        host == name or (name.startswith(".") and f".{host}".endswith(name)) for name in names
    )
    if is_answered:
        return []
    return [
        Warning(
            f"Links in mails lead to {settings.SITE_URL}, which is none of ALLOWED_HOSTS.",
            hint="Set SITE_URL to https:// and the site's name.",
            id="crux.W004",
        )
    ]


@register(Tags.security, deploy=True)
def keeps_former_names(**kwargs: Any) -> list[CheckMessage]:
    """The key of former names stays when SECRET_KEY becomes another one."""
    if not settings.SECRET_KEY_FALLBACKS or settings.FORMER_NAMES_KEY != settings.SECRET_KEY:
        return []
    return [
        Warning(
            "SECRET_KEY has changed, and with it the key of names that people left behind.",
            hint="Set FORMER_NAMES_KEY to the first SECRET_KEY: otherwise others can take them.",
            id="crux.W005",
        )
    ]


@register(Tags.database)
def databases(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Each database answers, and is as the program takes it to be."""
    return [message for alias in databases or () for message in _database(alias)]


def _database(alias: str) -> Iterator[CheckMessage]:
    try:
        found = _found(alias)
    except psycopg.Error as error:
        yield Error(
            f"The database {alias!r} cannot be reached: {error}".rstrip(),
            hint="See that PostgreSQL runs, and that DATABASE_URL has the right place, name and "
            "password.",
            id="crux.E011",
        )
        return
    if found["version"] < OLDEST * 10_000:
        yield Error(
            f"PostgreSQL is of version {found['version'] // 10_000}.",
            hint=f"Crux needs {OLDEST} or newer.",
            id="crux.E012",
        )
    if found["encoding"] != "UTF8":
        yield Error(
            f"The database keeps text as {found['encoding']}.",
            hint="Make it anew with ENCODING 'UTF8': people write in every language.",
            id="crux.E013",
        )
    yield from _doubts(found)


def _doubts(found: dict[str, Any]) -> Iterator[CheckMessage]:
    if found["locale"] not in ("C.UTF-8", "C.UTF8", "C.utf8"):
        yield Warning(
            f"The database's locale is {found['locale']}.",
            hint="Make it with C.UTF-8, as all tests do: with another one an update of the system "
            "may change the order of text under its indexes.",
            id="crux.W014",
        )
    if found["durable"] != "on on on":
        yield Warning(
            "fsync, synchronous_commit and full_page_writes are not all on.",
            hint="What was acknowledged may be lost in a crash: set all three to on.",
            id="crux.W015",
        )
    if found["is_superuser"] == "on":
        yield Warning(
            "The program's role is a superuser of PostgreSQL.",
            hint="Give it a role that owns the database and nothing else.",
            id="crux.W016",
        )
    pool = settings.DATABASES["default"].get("OPTIONS", {}).get("pool") or {}
    if pool and found["connections"] < 2 * pool["max_size"] + KEPT_FREE:
        yield Warning(
            f"PostgreSQL takes {found['connections']} connections, and each process may ask for "
            f"{pool['max_size']}.",
            hint="Lower DATABASE_POOL, or raise max_connections.",
            id="crux.W017",
        )


def _found(alias: str) -> dict[str, Any]:
    with beside_the_pool(alias) as asked:
        row = asked.execute(FACTS).fetchone()
    return dict(zip(FOUND, row or (), strict=True))
