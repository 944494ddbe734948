"""What a production server must not be started with."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT_KEY = "development-only-and-refused-in-production-0123456789abcdef"  # not a secret
SHORTEST_KEY = 50
DIFFERENT = 10  # characters
LONGEST_LAG = 60  # seconds that readers may be shown what is older
SHORTEST_TOKEN = 20
IN_FILE = "_FILE"
MANIFEST = "staticfiles.json"
BY_FILE = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "FORMER_NAMES_KEY",
    "DATABASE_URL",
    "DATABASE_DIRECT_URL",
    "DATABASE_REPLICA_URL",
    "EMAIL_URL",
    "METRICS_TOKEN",
    "OPENID_SECRET",
)
"""What is better not in the environment: a file named by `SECRET_KEY_FILE` is read instead."""
LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def refuse_unsafe(
    *,
    debug: bool,
    secret_key: str,
    allowed_hosts: Sequence[str],
    database_urls: Sequence[str],
    replica: tuple[str, float] = ("", 1),
    email_url: str,
    openid_issuer: str = "",
    site_texts: str = "",
    site_url: str = "",
    metrics_token: str = "",
) -> None:
    """Raise ImproperlyConfigured with one line for each unsafe value.

    `database_urls`: the one for pages first. `replica`: its address, and the seconds it may lag.
    """
    if debug:
        found = list(_in_development(allowed_hosts))
    else:
        found = [
            *_key(secret_key),
            *_hosts(allowed_hosts),
            *_database(database_urls[0]),
            *_replica(*replica, database_urls),
            *_mail(email_url),
            *_issuer(openid_issuer),
            *_texts(site_texts),
            *_address(site_url),
            *_token(metrics_token),
        ]
        if found:
            found.append("For development on your own machine set DEBUG=1 (`make run` does).")
    if found:
        raise ImproperlyConfigured("Crux does not start like this:\n- " + "\n- ".join(found))


def refuse_unreadable(environment: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured where a file that should hold a setting cannot be read."""
    named = {name: environment.get(name + IN_FILE, "") for name in BY_FILE}
    found = [
        f"{name}{IN_FILE} names no file that can be read: {path}."
        for name, path in named.items()
        if path and not (Path(path).is_file() and os.access(path, os.R_OK))
    ]
    if found:
        raise ImproperlyConfigured("Crux does not start like this:\n- " + "\n- ".join(found))


def refuse_uncollected(root: Path) -> None:
    """Raise ImproperlyConfigured where the static files are not there: each page would fail."""
    if not (root / MANIFEST).is_file():
        raise ImproperlyConfigured(
            "Crux does not start like this:\n"
            f"- {root} has no static files: run `manage.py collectstatic --noinput`."
        )


def origins(*addresses: str) -> list[str]:
    """Give the origins of addresses, such as https://id.example.org; empty ones have none."""
    parts = [urlsplit(address) for address in addresses if address]
    return [f"{part.scheme}://{part.netloc}" for part in parts]


def _in_development(hosts: Sequence[str]) -> Iterator[str]:
    if strangers := sorted(set(hosts) - LOCAL):
        yield f"DEBUG is on, which is for this machine only, but ALLOWED_HOSTS has {strangers}."


def _key(key: str) -> Iterator[str]:
    if not key:
        yield "SECRET_KEY is not set: give a long random text and keep it secret."
    elif key == DEVELOPMENT_KEY:
        yield "SECRET_KEY is the one for development, which everybody knows."
    elif len(key) < SHORTEST_KEY or len(set(key)) < DIFFERENT:
        yield f"SECRET_KEY is too easy to guess: {SHORTEST_KEY} random characters or more."


def _hosts(hosts: Sequence[str]) -> Iterator[str]:
    if not hosts:
        yield "ALLOWED_HOSTS is not set: name the host, such as ALLOWED_HOSTS=crux.example.org."
    elif any(host.startswith("*") for host in hosts):
        yield "ALLOWED_HOSTS has '*', which lets anybody choose the host: name the host."


def _database(url: str) -> Iterator[str]:
    if not url:
        yield "DATABASE_URL is not set: the database of `make run` is for development only."


def _replica(url: str, lag: float, primary: Sequence[str]) -> Iterator[str]:
    if url and url in primary:
        yield "DATABASE_REPLICA_URL is the primary's: name another server, or none."
    if not 0 < lag <= LONGEST_LAG:
        yield f"DATABASE_REPLICA_LAG is no number of seconds from 1 to {LONGEST_LAG}."


def _mail(url: str) -> Iterator[str]:
    if not url:
        yield "EMAIL_URL is not set: sign-up mails a link, so give submission://user:password@host."
    elif not url.startswith(("smtp", "subm")):
        yield "EMAIL_URL does not send mail: use smtp:// or submission:// (with TLS)."
    elif not urlsplit(url).hostname:
        yield "EMAIL_URL names no mail server: give submission://user:password@host."


def _issuer(url: str) -> Iterator[str]:
    if url and not url.startswith("https://"):
        yield "OPENID_ISSUER is not https://: anybody on the way could sign in as anybody."


def _address(url: str) -> Iterator[str]:
    if url and not url.startswith("https://"):
        yield f"SITE_URL is not https://, but links in mails carry keys: {url}."


def _token(token: str) -> Iterator[str]:
    if token and len(token) < SHORTEST_TOKEN:
        yield f"METRICS_TOKEN is too easy to guess: {SHORTEST_TOKEN} random characters or more."


def _texts(folder: str) -> Iterator[str]:
    if folder and not Path(folder).is_dir():
        yield f"SITE_TEXTS names no folder that is there: {folder}."
