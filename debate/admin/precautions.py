"""What moderators set for the whole site: precautions, watched words, reasons to choose."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.admin import ReadOnly
from debate import rules
from debate.models import Precautions, ReasonTemplate, WatchedWord
from debate.selectors import precautions


class Settable(ReadOnly):
    """Moderators add, change and remove rows, which are settings and not what people said."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows can be added: by moderators."""
        return rules.may_moderate(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows can be changed: by moderators."""
        return rules.may_moderate(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows can be removed: by moderators."""
        return rules.may_moderate(request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store it; this process goes by it at once, others within seconds."""
        super().save_model(request, obj, form, change)
        precautions.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove it."""
        super().delete_model(request, obj)
        precautions.forget()


@admin.register(Precautions)
class PrecautionsAdmin(Settable):
    """The one row of settings; the list leads to it."""

    fields = ("looks_first", "holds_first", "holds_links", "repeats")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether there can be another row: never; the one there is, is made when it is opened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the row can be removed: never."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the one row."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        Precautions.objects.get_or_create(pk=1)
        return redirect("admin:debate_precautions_change", 1)


@admin.register(WatchedWord)
class WatchedWordAdmin(Settable):
    """Words that are held or refused."""

    list_display = ("words", "does", "told")
    list_filter = ("does",)
    search_fields = ("words",)
    ordering = ("words",)


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(Settable):
    """Reasons that moderators choose instead of writing them."""

    list_display = ("name", "text")
    search_fields = ("name", "text")
