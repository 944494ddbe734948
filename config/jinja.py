"""The Jinja2 environments of our own pages: one for each language."""

import json
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import BaseLoader, Environment, TemplateNotFound
from markupsafe import Markup, escape

from accounts import agents, elsewhere, moments
from config import compiled, speech
from debate.formats import outline
from debate.formats.outline import Loss
from debate.formats.registry import FORMATS, WRITTEN
from debate.models import Debate
from debate.selectors import kinds, linked
from debate.text import plain

SPRITE = "img/sprite.svg"


Environments = Callable[[str], Environment]


class Pages(Jinja2):
    """Django's engine with the environment of the language that is active."""

    _of: Environments

    @property
    def env(self) -> Environment:
        """The environment of the active language."""
        return self._of(translation.get_language() or settings.LANGUAGE_CODE)

    @env.setter
    def env(self, made: Environments) -> None:
        self._of = made


class Token:
    """The field of a form that proves where it comes from: masked once a page, if it is asked for.

    Django's masks a token for each form, with 32 random choices.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def html(self) -> str:
        """The field."""
        return csrf_input(self.request)

    def __html__(self) -> str:
        return self.html

    __str__ = __html__


def token(request: HttpRequest) -> dict[str, Token]:
    """Give the pages the field of their forms."""
    return {"csrf_input": Token(request)}


def environments(**options: Any) -> Environments:
    """Give what makes the environment of a language, once, from Django's options."""
    return cache(lambda language: environment(language, **options))


def environment(language: str, *, loader: BaseLoader, **options: Any) -> Environment:
    """Make the environment of a language; templates/admin/ is left to Django's engine."""
    options |= {"autoescape": _is_html, "bytecode_cache": compiled.Compiled(language)}
    options["cache_size"] = -1  # however many they become: what was read is not read again
    made = speech.Speaking(
        language, loader=_NotAdmin(loader), trim_blocks=True, lstrip_blocks=True, **options
    )
    # a page asks for a few files and drawings hundreds of times
    made.globals.update(static=cache(static), icon=cache(icon), url=url, sanitised=sanitised)
    made.globals.update(fixed=cache(lambda name: Markup(made.get_template(name).render())))
    made.globals.update(kind_in_words=kinds.in_words, filled=filled)
    made.globals.update(moment=moment, browser=agents.browser)
    made.globals.update(elsewhere=elsewhere.places, connected=elsewhere.connected)
    made.globals.update(told_day=moments.day, told_minute=moments.minute)
    made.globals.update(told_month=moments.month, told_minute_first=moments.minute_first)
    made.globals.update(told_whole_minute=moments.whole_minute)
    made.globals.update(language=translation.get_language, languages=settings.LANGUAGES)
    made.globals.update(is_rtl=translation.get_language_bidi, number=moments.number)
    made.globals.update(local=timezone.localtime, excerpt=plain.excerpt)
    made.globals.update(linked_data=linked_data, downloads=downloads, in_words=in_words)
    made.policies["json.dumps_kwargs"] = {"default": dict}
    return made


@lru_cache(maxsize=4096)  # a page leads to the same few hundred places with each request
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Give the address of a named page; raises NoReverseMatch for a name that is not there."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def icon(name: str) -> Markup:
    """Give the drawing called `name` in the sprite, hidden from screen readers."""
    return Markup(
        '<svg class="icon icon-{0}" aria-hidden="true"><use href="{1}#i-{0}"/></svg>'
    ).format(name, static(SPRITE))


def linked_data(debate: Debate, address: str) -> Markup:
    """Give what a public debate says of itself to programs: data in a block that runs nothing."""
    told = json.dumps(linked.linked_data(debate, address), ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        told = told.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/ld+json">{told}</script>')


@cache
def downloads() -> list[tuple[str, str]]:
    """Give the formats in which a debate can be had: names and titles."""
    return [(name, FORMATS[name].title) for name in WRITTEN]


def in_words(loss: Loss) -> str:
    """Give why something is lost, in the reader's language."""
    return outline.in_words({"why": loss.why, "told": loss.told}, translation.gettext)


def moment() -> Markup:
    """Give the time at which a page is made."""
    now = timezone.now()
    iso = now.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(iso, moments.minute_first(now))


def filled(phrase: str, **parts: str | Markup) -> Markup:
    """Put HTML or text into the places of a phrase: '{who} withdrew {what}'."""
    return escape(phrase).format(**parts)


def sanitised(html: str) -> Markup:
    """Say that HTML comes from `debate.text.markdown.render`: the only HTML people bring in."""
    return Markup(html)


def _is_html(template: str | None) -> bool:
    """Whether a template makes HTML, and so escapes: all do but those of mails and notices."""
    return template is None or not template.endswith(".txt")


class _NotAdmin(BaseLoader):
    """Finds every template except the admin's, which are written in Django's language."""

    def __init__(self, inner: BaseLoader) -> None:
        self.inner = inner

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        if template.startswith("admin/"):
            raise TemplateNotFound(template)
        return self.inner.get_source(environment, template)

    def list_templates(self) -> list[str]:
        return [name for name in self.inner.list_templates() if not name.startswith("admin/")]
