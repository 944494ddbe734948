from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, IntegrityError, transaction

from accounts.models import Kind, User
from debate.actions import bringing, imports, speakers
from debate.formats.outline import Options, Person, Reading, Unreadable
from debate.formats.polis import packed
from debate.formats.registry import READ
from debate.models import Debate, Import
from debate.models.debates import Visibility
from debate.models.imports import ImportState
from debate.selectors import imports as selectors

IMPORTER = Person("", "Importer", "importer")
BYTES_MOST = 200_000_000
"""Who is at the command line may bring in more than anybody may send."""


class Command(BaseCommand):
    """Brings a debate in from a file, or shows what would come of it."""

    help = (
        "Bring a debate in from a file. Importing the same file again brings its debate up to "
        "date. With --preview nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, its format and what is said with it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=READ, required=True)
        parser.add_argument(
            "--turns-at",
            default="",
            metavar="1,7,…",
            help="the lines at which turns begin, of a plain exchange",
        )
        parser.add_argument("--preview", action="store_true", help="show it, and write nothing")
        parser.add_argument("--json", action="store_true", help="with --preview: as JSON")
        parser.add_argument("--by", metavar="USERNAME", help="whose import it is")
        parser.add_argument("--question", default="", help="which question the debate asks")
        parser.add_argument("--into", metavar="SLUG", help="a debate to bring up to date")
        parser.add_argument(
            "--visibility", choices=Visibility.values, default=Visibility.PUBLIC.value
        )
        parser.add_argument(
            "--choose",
            action="append",
            default=[],
            metavar="KEY=CHOICE",
            help="what an undecided part is: 'line 37=opens turn 1', 'kind:L5=objection'",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file, and show or write it; raises CommandError with what is wrong."""
        try:
            data = _read(options["file"])
            said = _options(options)
            if options["preview"]:
                self._show(options["format"], data, said, as_json=options["json"])
            else:
                reading = imports.read_file(options["format"], data, said)
                self._write(reading, options, data)
        except (OSError, Unreadable) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        except (DataError, IntegrityError) as error:
            told = f"something in it cannot be kept here: {error}"
            raise CommandError(f"{options['file']}: {told}") from error

    def _show(self, format: str, data: bytes, said: Options, *, as_json: bool) -> None:
        reading = imports.read_file(format, data, said)
        told = bringing.preview(reading)
        if as_json:
            own = reading.preview or told
            self.stdout.write(json.dumps(own, indent=1, ensure_ascii=False))
            return
        for row in told["tree"]:
            words = row["name"] or row["words"]
            self.stdout.write(f"{'  ' * row['depth']}{row['key']} {row['kind']}: {words}")
        self._report(reading)

    def _report(self, reading: Reading) -> None:
        """Print what is undecided and what is lost, item by item."""
        for problem in reading.problems:
            others = ", ".join(problem.candidates)
            self.stdout.write(f"{problem.key}: {problem.proposal}? (or: {others})")
        for loss in reading.losses:
            near = "".join(f" Near: “{one}”" for one in loss.candidates)
            self.stdout.write(f"{loss.where or loss.what}: {loss.sentence}{near}")

    def _write(self, reading: Reading, options: dict[str, Any], data: bytes) -> None:
        if options["visibility"] == Visibility.PRIVATE and not (options["by"] or options["into"]):
            raise CommandError("Nobody could open it: say with --by whose private debate it is.")
        by = _importer(options["by"])
        format, name = options["format"], imports.shown_name(options["file"].name)
        question = options["question"]
        if not (question or reading.outline.header.question):
            question = Path(name).stem
        made = Import(person=by, format=format, name=name, data=data, state=ImportState.DONE)
        made.found_as = bringing.storable(imports.found_as(made, reading))
        made.into = _into(options["into"]) or selectors.brought_before(made)
        with transaction.atomic():
            debate, done = bringing.bring(
                reading,
                by=by,
                into=made.into,
                people=selectors.people_of(made.into),
                question=question,
                visibility=options["visibility"],
                whole=format == "crux",
                keeps_slug=True,
                source=imports.source(format, name),
            )
            made.debate, made.people, made.data = debate, bringing.storable(done.people), b""
            made.told = bringing.storable({**bringing.told(reading), "done": done.counts})
            made.save()
        self._report(reading)
        told = ", ".join(f"{number} {what}" for what, number in done.counts.items())
        self.stdout.write(f"/d/{debate.slug}/: {told}, {len(reading.losses)} reported")


def _options(options: dict[str, Any]) -> Options:
    try:
        turns_at = tuple(int(one) for one in options["turns_at"].split(",") if one.strip())
    except ValueError as error:
        raise CommandError("--turns-at takes numbers of lines, as 1,7,11.") from error
    pairs = [one.partition("=") for one in options["choose"]]
    choices = {key: value for key, _, value in pairs}
    name = imports.shown_name(options["file"].name)
    return Options(name, turns_at, choices, BYTES_MOST)


def _importer(username: str | None) -> User:
    if username is None:
        known = User.objects.filter(username=IMPORTER.username, kind=Kind.IMPORTED).first()
        return known or speakers.made([IMPORTER])[IMPORTER.key]
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no account {username}.") from error


def _into(slug: str | None) -> Debate | None:
    if slug is None:
        return None
    try:
        return Debate.objects.get(slug=slug)
    except Debate.DoesNotExist as error:
        raise CommandError(f"There is no debate at /d/{slug}/.") from error


def _read(path: Path) -> bytes:
    """The file; of a folder its tables, as the archive in which Polis exports them."""
    if not path.is_dir():
        return path.read_bytes()
    return packed({file.name: file.read_bytes() for file in sorted(path.glob("*.csv"))})
