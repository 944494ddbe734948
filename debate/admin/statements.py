from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from accounts.admin import ReadOnly
from debate.admin.moderation import case_page, question_of
from debate.admin.queue import number
from debate.models import Debate, Statement
from debate.selectors import moderation
from debate.text import plain

LATEST = 20
WORDS = 80


class DebateFilter(admin.SimpleListFilter):
    """By debate: those with the latest turns. The list of debates links to the others."""

    title = "debate"
    parameter_name = "debate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the debates to choose from."""
        seen = Debate.objects.visible_to(request.user).order_by("-last_turn_at", "-pk")
        latest = list(seen.only("question")[:LATEST])
        chosen = number(self.value() or "")
        if chosen and chosen not in {debate.pk for debate in latest}:
            latest += seen.only("question").filter(pk=chosen)
        return [(str(one.pk), Truncator(one.question).chars(WORDS)) for one in latest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Give the statements of the chosen debate."""
        chosen = number(self.value() or "")
        return queryset.filter(debate=chosen) if chosen else queryset


class StatusFilter(admin.ChoicesFieldListFilter):
    """By status, in which 'none' is said in a word: a link needs one."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Give the choices."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or gettext_lazy("None")}


@admin.register(Statement)
class StatementAdmin(ReadOnly):
    """Everything said, to look up; a statement's page hides and restores it."""

    list_display = ("label", "kind", "words", "author", "question", "status", "created_at")
    list_filter = (
        DebateFilter,
        "kind",
        ("status", StatusFilter),
        ("hidden_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("author", "debate")
    ordering = ("-pk",)
    search_fields = ("body", "name", "author__username", "author__name")

    @admin.display(description=gettext_lazy("words"))
    def words(self, statement: Statement) -> str:
        """The first of its words; of what is gone, none: who opens it is noted."""
        if statement.is_gone:
            return str(statement.get_status_display())
        text = plain.plain(statement.body_html)
        return Truncator(f"{statement.name}: {text}" if statement.name else text).chars(WORDS)

    @admin.display(description=gettext_lazy("debate"), ordering="debate")
    def question(self, statement: Statement) -> str:
        """The question of the debate."""
        return question_of(statement.debate, statement)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the statements in reach: of private debates only what was reported there."""
        return moderation.placed(moderation.in_reach(request.user), "debate", request.user)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The statement in its context, and the form that hides or restores it."""
        statement = self.get_object(request, unquote(object_id))
        if statement is None:
            raise Http404
        return case_page(self, request, statement)
