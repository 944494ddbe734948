"""Accounts in the moderators' door: moderators look, superusers switch accounts on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from accounts import actions, rules
from accounts.http import number
from accounts.models import FORMER, Kind, Rename, User

if TYPE_CHECKING:  # the classes are generic to the type checker only
    ModelAdmin = admin.ModelAdmin[Any]
    BaseUserAdmin = DjangoUserAdmin[Any]
    BasePasswordForm = AdminPasswordChangeForm[User]
else:
    ModelAdmin = admin.ModelAdmin
    BaseUserAdmin = DjangoUserAdmin
    BasePasswordForm = AdminPasswordChangeForm


class ReadOnly(ModelAdmin):
    """Moderators see every row; nobody adds, changes or deletes one here."""

    actions = None
    actions_on_bottom = True  # draws nothing, and keeps Django's inline style off the page
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the noun is on the front page of the admin: for moderators."""
        return _is_moderator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows can be looked at: by moderators."""
        return _is_moderator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: rows are written by actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: rows are written by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: nothing said is ever deleted."""
        return False


def _is_moderator(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_moderator


def _is_superuser(request: HttpRequest) -> bool:
    return _is_moderator(request) and request.user.is_superuser


LOOKED_AT = ("username", "name", "kind", "owner", "date_joined", "last_login")
FOR_SUPERUSERS = ("email", "is_superuser", "password_page")
SWITCHES = ("is_active", "is_staff")
TRUST = ("standing", "is_standing_set")
ABOUT_TRUST = gettext_lazy(
    "What follows from it stands in docs/limits.md. Set by hand it stays; else it follows deeds."
)


class PasswordForm(BasePasswordForm):
    """A person's new password."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Set it, by the action, and end all tokens: it is done where somebody else got in.

        Raises PermissionDenied. Django would write the whole row.
        """
        user = super().save(commit=False)
        actions.store_password(user)
        actions.revoke_tokens_of(user)
        return user


@admin.register(User)
class UserAdmin(ReadOnly, BaseUserAdmin):
    """Moderators look, and say how far people are trusted.

    Superusers switch accounts on and off, name moderators, set passwords.
    """

    list_display = ("username", "name", "kind", "owner", "is_staff", "is_active", "date_joined")
    list_filter = ("kind", "standing", "is_staff", "is_active")
    list_select_related = ("owner",)
    change_password_form = PasswordForm
    ordering = ("-date_joined", "-id")
    filter_horizontal = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether something can be set: by moderators; not of who left."""
        return _is_moderator(request) and not (obj is not None and obj.is_former)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Give the columns that are searched; who may not see addresses cannot search them."""
        return ("username", "name", "email") if _is_superuser(request) else ("username", "name")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Whether the address bar may filter by this column: by those of the filters only."""
        return lookup.split("__", maxsplit=1)[0] in self.list_filter

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Give the columns of a person's page; addresses are for superusers."""
        more = FOR_SUPERUSERS if _is_superuser(request) else ()
        return [
            (None, {"fields": (*LOOKED_AT, *more)}),
            (gettext("Trust"), {"fields": TRUST, "description": ABOUT_TRUST}),
            (gettext("Switches"), {"fields": SWITCHES}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Give the columns that stay as they are: all but what the rules let this person set."""
        by: Any = request.user
        fixed = [*LOOKED_AT, *FOR_SUPERUSERS]
        if obj is None or not rules.may_set_standing(obj, by):
            fixed += TRUST
        if obj is None or not rules.may_switch(obj, by):
            fixed += SWITCHES
        elif obj.kind != Kind.PERSON:
            fixed.append("is_staff")
        return fixed

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give all accounts, with their owners."""
        return super().get_queryset(request).select_related("owner")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Set what was chosen, by the actions."""
        by: Any = request.user
        user = User.objects.get(pk=obj.pk)
        chosen = {
            name: form.cleaned_data.get(name, getattr(user, name)) for name in (*SWITCHES, *TRUST)
        }
        if rules.may_switch(user, by):
            actions.switch(user, by=by, **{name: chosen[name] for name in SWITCHES})
        if {"standing", "is_standing_set"} & {*form.changed_data}:
            by_hand = chosen["is_standing_set"] or "standing" in form.changed_data
            actions.set_standing(user, by=by, standing=chosen["standing"], by_hand=by_hand)

    @admin.display(description=gettext_lazy("password"))
    def password_page(self, user: User) -> str:
        """Link to where a person's password is set; bots and imported speakers have none."""
        if user.kind != Kind.PERSON:
            return gettext("Only people have one.")
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Set a new one"))

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set a person's password, by Django's own form; for superusers."""
        if not _is_superuser(request):
            raise PermissionDenied
        people = User.objects.filter(kind=Kind.PERSON).exclude(username__startswith=FORMER)
        if not people.filter(pk=number(id)).exists():
            raise PermissionDenied(gettext("Only people have passwords."))
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer


@admin.register(Rename)
class RenameAdmin(ReadOnly):
    """Who was called what, for moderators: a name is changed in the open."""

    list_display = ("account", "field", "before", "after", "at")
    list_filter = ("field",)
    list_select_related = ("account",)
    search_fields = ("before", "after", "account__username")
