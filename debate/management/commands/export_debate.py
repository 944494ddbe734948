from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from debate.formats.outline import Loss
from debate.formats.registry import FORMATS, WRITTEN
from debate.models import Debate
from debate.selectors import downloads, outlines


class Command(BaseCommand):
    """Writes a debate in a format of exchange."""

    help = (
        "Write a debate in a format of exchange, to a file or to the standard output. What the "
        "format does not hold is told item by item on the standard error output."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the debate, the format and where to."""
        parser.add_argument("slug")
        parser.add_argument("--format", choices=WRITTEN, required=True)
        parser.add_argument("--output", type=Path, help="a file; else the standard output")
        parser.add_argument("--quiet", action="store_true", help="without what is lost")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it piece by piece.

        Raises CommandError where there is no such debate, or no place for it.
        """
        try:
            debate = Debate.objects.get(slug=options["slug"])
        except Debate.DoesNotExist as error:
            raise CommandError(f"There is no debate at /d/{options['slug']}/.") from error
        site = getattr(settings, "SITE_URL", "")
        lost = self._ignore if options["quiet"] else self._lose
        writer = FORMATS[options["format"]].writer()
        written = writer(outlines.outline(debate, site), lost)
        if (path := options["output"]) is None:
            self._print(written)
            return
        try:
            _keep(path, written)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error

    def _print(self, written: Any) -> None:
        out = getattr(self.stdout, "_out", self.stdout)
        binary = getattr(out, "buffer", None)
        for piece in downloads.chunks(written):
            if binary is not None:
                binary.write(piece)
            else:  # a text stream, in tests
                out.write(piece.decode())

    def _lose(self, loss: Loss) -> None:
        self.stderr.write(f"{loss.where or loss.what}: {loss.sentence}")

    def _ignore(self, loss: Loss) -> None:
        """Say nothing of what is lost."""


def _keep(path: Path, written: Any) -> None:
    """Put it into a file that has its name once it is whole; through links, as it comes."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        _fill(path, written)
        return
    part = path.with_name(f".{path.name}.part")
    try:
        _fill(part, written)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _fill(path: Path, written: Any) -> None:
    with path.open("wb") as file:
        for piece in downloads.chunks(written):
            file.write(piece)
