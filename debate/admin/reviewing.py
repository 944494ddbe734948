"""What waits and what was decided of it, notes on people, looks at hidden words: to look up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from accounts.admin import ReadOnly
from debate.admin.moderation import question_of
from debate.models import Held, HiddenLook, PersonNote
from debate.models.debates import Visibility
from debate.selectors import moderation


@admin.register(Held)
class HeldAdmin(ReadOnly):
    """Turns that were held; those that wait are decided in the queue."""

    list_display = ("made_at", "state", "why", "author", "debate", "decided_by")
    list_filter = ("state", "why")
    list_select_related = ("author", "debate", "decided_by")
    ordering = ("-id",)
    search_fields = ("author__username", "debate__question")
    fields = (
        *("made_at", "state", "why", "about", "author", "debate", "words"),
        *("decided_at", "decided_by", "reason"),
    )
    readonly_fields = ("words",)

    @admin.display(description=gettext_lazy("words"))
    def words(self, held: Held) -> str:
        """What was sent."""
        opens = held.opens or {}
        outline = [opens[name] for name in ("question", "background") if opens.get(name)]
        return "\n\n".join([*outline, *(point.body for point in held.points.all())])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give those of debates that are not private."""
        found: QuerySet[Any] = super().get_queryset(request)
        return found.exclude(debate__visibility=Visibility.PRIVATE)


@admin.register(HiddenLook)
class HiddenLookAdmin(ReadOnly):
    """Which moderator was shown which hidden or withdrawn words, and when."""

    list_display = ("looked_at", "moderator", "statement_link", "question")
    list_filter = (("moderator", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("moderator", "statement__debate")
    fields = ("looked_at", "moderator", "statement_link", "question")
    readonly_fields = ("statement_link", "question")

    @admin.display(description=gettext_lazy("statement"))
    def statement_link(self, look: HiddenLook) -> str:
        """Link to the statement; to follow it is another look."""
        address = reverse("admin:debate_statement_change", args=[look.statement_id])
        return format_html('<a href="{}">{}</a>', address, look.statement.label)

    @admin.display(description=gettext_lazy("debate"))
    def question(self, look: HiddenLook) -> str:
        """The question of the debate."""
        return question_of(look.statement.debate, look)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give looks at statements in reach."""
        found: QuerySet[Any] = super().get_queryset(request)
        found = found.filter(statement__in=moderation.in_reach(request.user))
        return moderation.placed(found, "statement__debate", request.user)


@admin.register(PersonNote)
class PersonNoteAdmin(ReadOnly):
    """Notes on people; they are written on a person's record."""

    list_display = ("made_at", "person_link", "text", "author")
    list_filter = (("author", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("person", "author")
    search_fields = ("text", "person__username")
    fields = ("made_at", "person_link", "text", "author")
    readonly_fields = ("person_link",)

    @admin.display(description=gettext_lazy("person"))
    def person_link(self, note: PersonNote) -> str:
        """Link to the person's record."""
        address = reverse("admin:person-record", args=[note.person_id])
        return format_html('<a href="{}">{}</a>', address, note.person.told_name)
