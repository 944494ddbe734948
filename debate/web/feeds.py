"""Atom feeds of what is public: debates, sub-threads, people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext
from django.views.decorators.http import conditional_page, require_safe

from debate.formats.drawings import NO_XML
from debate.models import Statement
from debate.selectors import feeds, moderation, notifications
from debate.selectors.feeds import Stream
from debate.selectors.listings import EPOCH
from debate.selectors.moderation import Entry

if TYPE_CHECKING:
    _Feed = Feed[Statement, Stream]
    _Acts = Feed[Entry, None]
else:
    _Feed = _Acts = Feed  # which knows no types when it runs


class Steady(Atom1Feed):
    """Atom that is the same as long as what it tells: an empty feed dates from its beginning."""

    def latest_post_date(self) -> datetime:
        """When something in it changed last."""
        began: datetime = self.feed["began"]
        return super().latest_post_date() if self.items else began

    def write(self, outfile: Any, encoding: str) -> None:
        """Write it without the signs that XML forbids and a text may have: a reader takes none."""
        told = StringIO()
        super().write(told, encoding)
        outfile.write(NO_XML.sub("", told.getvalue()))


class Published(_Feed):
    """What was published, as Atom."""

    feed_type = Steady

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Stream:
        """The stream, found by what the address says; raises ObjectDoesNotExist."""
        find: Callable[[], Stream] = kwargs["find"]
        return find()

    def title(self, stream: Stream) -> str:
        """What it is of."""
        return stream.title

    def link(self, stream: Stream) -> str:
        """The page it is of."""
        return stream.address

    def feed_extra_kwargs(self, stream: Stream) -> dict[str, Any]:
        """When it began."""
        return {"began": stream.began}

    def items(self, stream: Stream) -> list[Statement]:
        """The statements."""
        return stream.statements

    def item_title(self, item: Statement) -> str:
        """What a statement does, by whom."""
        return notifications.published(item, by=item.author)

    def item_description(self, item: Statement) -> str:
        """Its words, as HTML from `debate.text.markdown`."""
        return item.body_html

    def item_link(self, item: Statement) -> str:
        """Its own page."""
        return reverse("debate:statement-detail", args=[item.pk])

    def item_author_name(self, item: Statement) -> str:
        """Who said it; a bot says that it is one."""
        return item.author.told_name

    def item_pubdate(self, item: Statement) -> datetime:
        """When it was said."""
        return item.created_at

    def item_updateddate(self, item: Statement) -> datetime:
        """When its words changed last."""
        return item.edited_at or item.created_at


@require_safe
@conditional_page
def of_debate(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said in a public debate."""
    return _answer(request, lambda: feeds.of_debate(slug))


@require_safe
@conditional_page
def of_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said under a statement of a public debate."""
    return _answer(request, lambda: feeds.of_statement(pk))


@require_safe
@conditional_page
def of_person(request: HttpRequest, username: str) -> HttpResponse:
    """What somebody said in public debates."""
    return _answer(request, lambda: feeds.of_person(username))


@require_safe
@conditional_page
def of_moderation(request: HttpRequest) -> HttpResponse:
    """What moderators and facilitators did in public debates."""
    with translation.override(settings.LANGUAGE_CODE):
        return Acts()(request)


class Acts(_Acts):
    """The moderation log, as Atom."""

    feed_type = Steady
    link = "/moderation/"

    def title(self) -> str:
        """What it is of."""
        return gettext("Moderation log")

    def feed_extra_kwargs(self, obj: None) -> dict[str, Any]:
        """When it began: with the first act, which none is before."""
        return {"began": EPOCH}

    def items(self) -> list[Entry]:
        """The latest acts that everybody may know of."""
        return moderation.log(AnonymousUser()).entries

    def item_title(self, item: Entry) -> str:
        """What was done to what."""
        elsewhere = (
            gettext("the whole site") if item.is_sitewide else gettext("an unlisted debate")
        )
        return f"{item.word}: {item.label or item.person}, {item.question or elsewhere}"

    def item_description(self, item: Entry) -> str:
        """Why, and who did it."""
        return escape(f"{item.reason} ({item.moderator})")

    def item_link(self, item: Entry) -> str:
        """Its place in the log."""
        return f"/moderation/?before={item.id + 1}#act-{item.id}"

    def item_pubdate(self, item: Entry) -> datetime:
        """When it was done."""
        return item.when

    def item_updateddate(self, item: Entry) -> datetime:
        """When it was done: what was decided of it since is another act."""
        return item.when

    def item_author_name(self, item: Entry) -> str:
        """Who did it."""
        return item.moderator


def _answer(request: HttpRequest, find: Callable[[], Stream]) -> HttpResponse:
    """The feed in the language of the site, whoever asks: it is one and the same for all."""
    with translation.override(settings.LANGUAGE_CODE):
        return Published()(request, find=find)
