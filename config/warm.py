"""What a web process gets ready before it is given requests.

A process that starts under load would otherwise have many requests at once import, compile and
connect, each while it holds one of the connections that the others wait for.
"""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import Error, connection
from django.template import engines
from django.urls import reverse
from django.utils import translation

from debate.formats.registry import FORMATS

if TYPE_CHECKING:  # it is read with the models, which are not there yet
    from config.jinja import Pages

log = logging.getLogger(__name__)
PARTS = ("debates", "statements", "analysis", "turns")
READ = ("base.html", *(f"debate/{part}/" for part in PARTS))
"""What most requests ask for: enough for a process that is started alone, or in development."""


@contextlib.contextmanager
def keeping_all() -> Iterator[None]:
    """Do not look for garbage meanwhile: nothing of what is imported is any."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def pages() -> None:
    """Import all views, and read or compile the pages most read."""
    reverse("debate:home-detail")
    _read(settings.LANGUAGE_CODE, READ)


def everything() -> None:
    """Import and read what would otherwise be read when somebody asks for it.

    A process goes on answering while the files of the next release take the place of its own: it
    must not draw their pages with what it has imported. Not the package of MCP: it takes as long
    as all this together, and a process that is killed is to be back in five seconds.
    """
    reverse("debate:home-detail")
    import_module("debate.web.markdown")
    for one in FORMATS.values():
        if one.read:
            one.reader()
        if one.write:
            one.writer()
    for language, _ in settings.LANGUAGES:
        _read(language, ("",))


def _read(language: str, beginnings: tuple[str, ...]) -> None:
    """Read or compile the pages of a language whose names begin like this."""
    with translation.override(language):
        made = cast("Pages", engines["jinja2"]).env
        for name in made.list_templates(filter_func=lambda name: name.startswith(beginnings)):
            made.get_template(name)


@keeping_all()
def up() -> None:
    """Get the pages ready, and open the pool.

    A database that does not answer is no reason not to start: pages say so themselves. What is
    there then stays, so that Python need not look through all of it for garbage again and again:
    that takes a tenth of a second or more, in the middle of somebody's page.
    """
    pages()
    try:
        connection.ensure_connection()
    except Error as error:
        log.warning("The database does not answer yet: %s", error)
    finally:
        connection.close()
    gc.collect()
    gc.freeze()
