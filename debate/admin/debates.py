from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from accounts.admin import ReadOnly
from debate.models import Debate


@admin.register(Debate)
class DebateAdmin(ReadOnly):
    """The debates, to look at. Private ones are for their people, here as elsewhere."""

    list_display = ("question", "state", "visibility", "starter", "said", "last_turn_at")
    list_filter = ("state", "visibility", "bots")
    list_select_related = ("starter",)
    ordering = ("-last_turn_at", "-pk")
    search_fields = ("question", "slug", "starter__username")
    fields = ("question", "page", "state", "visibility", "bots", "starter", "said", "created_at")
    readonly_fields = ("page", "said")

    @admin.display(description=gettext_lazy("statements"), ordering="statement_count")
    def said(self, debate: Debate) -> str:
        """How many statements it has, with a link to them."""
        address = f"{reverse('admin:debate_statement_changelist')}?debate={debate.pk}"
        return format_html('<a href="{}">{}</a>', address, debate.statement_count)

    @admin.display(description=gettext_lazy("page"))
    def page(self, debate: Debate) -> str:
        """Link to where people read it."""
        address = reverse("debate:debate-detail", args=[debate.slug])
        return format_html('<a href="{0}">{0}</a>', address)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the debates that exist for this moderator."""
        return Debate.objects.visible_to(request.user).select_related("starter")
