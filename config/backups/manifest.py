"""What is told of a backup: how it was made, what is in it, and which site it fits."""

from __future__ import annotations

import hashlib
import hmac
import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config.backups.tables import Snapshot
from config.postgres import PROJECT

FORMAT = 1
SEALED = {
    "SECRET_KEY": "mails that wait, codes of second factors, links to join by, log-ins, "
    "keys of webhooks",
    "FORMER_NAMES_KEY": "names of people who left, which others could then take",
}
"""What is lost where a key is another one."""
Applied = list[tuple[str, str]]


class NotRestored(Exception):
    """A backup is damaged, or does not fit here; the message says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One file inside the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All that is told of a backup. It holds no secrets: of the keys it has fingerprints."""

    crux: str
    made_at: str
    postgresql: int
    database_bytes: int
    migrations: Applied
    keys: dict[str, str]
    snapshot: Snapshot
    format: int = FORMAT
    parts: dict[str, Part] = field(default_factory=dict)

    def written(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def read(text: bytes) -> Manifest:
    """The manifest of a file; raises NotRestored where it is of another format."""
    try:
        told: dict[str, Any] = json.loads(text)
        if told.get("format") != FORMAT:
            raise NotRestored(
                f"This backup has format {told.get('format')}, and this Crux reads {FORMAT}."
            )
        told["migrations"] = [(app, name) for app, name in told["migrations"]]
        told["snapshot"] = Snapshot(**told["snapshot"])
        told["parts"] = {name: Part(**part) for name, part in told["parts"].items()}
        return Manifest(**told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotRestored("What the backup tells of itself cannot be read: damaged.") from error


def version() -> str:
    """Which Crux this is."""
    told: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return str(told["project"]["version"])


def known_migrations() -> set[tuple[str, str]]:
    """All migrations of this Crux and its packages."""
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def fingerprints() -> dict[str, str]:
    """Of the keys that are in use; of a long random key they tell nothing."""
    return {name: fingerprint(getattr(settings, name)) for name in SEALED}


def fingerprint(key: str) -> str:
    """What tells a key from another one."""
    return hmac.digest(key.encode(), b"crux backup", hashlib.sha256).hex()[:16]


def misfits(manifest: Manifest, postgresql: int) -> Iterator[str]:
    """Why the backup cannot be restored by this Crux on that PostgreSQL, one by one."""
    if manifest.crux != version():
        yield (
            f"It is of Crux {manifest.crux}, and this is {version()}: check {manifest.crux} out, "
            "restore with it, and upgrade then (docs/upgrading.md)."
        )
    if unknown := sorted(set(manifest.migrations) - known_migrations()):
        named = ", ".join(".".join(one) for one in unknown[:3])
        yield (
            f"It is of a newer Crux: this one does not know {len(unknown)} of its migrations "
            f"({named}). Restore with the Crux that made it."
        )
    if manifest.postgresql != postgresql:
        yield (
            f"It was made on PostgreSQL {manifest.postgresql}, and this server is {postgresql}: "
            f"restore on {manifest.postgresql}, and move with pg_upgrade then."
        )


def other_keys(manifest: Manifest) -> Iterator[str]:
    """Which keys are others here, and what is lost by it."""
    known = {fingerprint(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
    here = {"SECRET_KEY": known, "FORMER_NAMES_KEY": {fingerprint(settings.FORMER_NAMES_KEY)}}
    for name, lost in SEALED.items():
        if manifest.keys.get(name) not in here[name]:
            yield f"{name} is not the one that was in use: what is lost is {lost}."


def pending(manifest: Manifest) -> int:
    """How many migrations of this Crux the backup does not have yet."""
    return len(known_migrations() - set(manifest.migrations))
