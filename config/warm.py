"""What a web process gets ready before it is given requests.

A process that starts under load would otherwise have many requests at once import, compile and
connect, each while it holds one of the connections that the others wait for.
"""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import Error, connection
from django.template import engines
from django.urls import reverse
from django.utils import translation

if TYPE_CHECKING:  # it is read with the models, which are not there yet
    from config.jinja import Pages

log = logging.getLogger(__name__)
PARTS = ("debates", "statements", "analysis", "turns")
READ = ("base.html", *(f"debate/{part}/" for part in PARTS))
"""What most requests ask for. To compile every page would take a second more at each start."""


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
    with translation.override(settings.LANGUAGE_CODE):
        made = cast("Pages", engines["jinja2"]).env
        for name in made.list_templates(filter_func=lambda name: name.startswith(READ)):
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
