"""Pages as Jinja2 compiles them, kept as Python's own compiled files are.

They are made when the site is installed: a service may not write. What is not there is compiled by
each process, when it starts or when somebody asks for it.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, cast

import jinja2
from django.conf import settings
from django.template import engines
from django.utils import translation
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from config import speech

if TYPE_CHECKING:  # it uses this module
    from config.jinja import Pages

PLACE = settings.BASE_DIR / "compiled"


class Compiled(FileSystemBytecodeCache):
    """What was compiled of the pages of a language; nothing is added to it."""

    def __init__(self, language: str) -> None:
        super().__init__(str(PLACE), _files(language))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Leave it: see `make`."""


def make() -> int:
    """Compile all pages in all languages anew; gives how many files that makes."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir()
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            pages = cast("Pages", engines["jinja2"]).env
        reading = pages.bytecode_cache
        pages.bytecode_cache = FileSystemBytecodeCache(str(PLACE), _files(language))
        if pages.cache is not None:
            pages.cache.clear()
        for name in pages.list_templates():
            pages.get_template(name)
        pages.bytecode_cache = reading
    made = [*PLACE.iterdir()]
    for file in made:  # Jinja2 makes them for its own account alone
        file.chmod(0o644)
    return len(made)


def _files(language: str) -> str:
    """Its files are named after what they are made of, but for the page: Jinja2 looks at that."""
    words = [Path(path, language, "LC_MESSAGES", "django.mo") for path in settings.LOCALE_PATHS]
    parts = [file.read_bytes() for file in (Path(speech.__file__), *words) if file.exists()]
    digest = hashlib.sha256(b"".join([jinja2.__version__.encode(), *parts])).hexdigest()
    return f"{language}-{digest[:16]}-%s"
