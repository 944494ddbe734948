"""The site of the moderators' door. Apart from what it shows, which is registered on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache

Front = Callable[[HttpRequest], dict[str, Any]]
Place = tuple[str, str, Callable[..., HttpResponse]]
OURS = ("accounts", "debate")
ORDER = (
    "Report",
    "Held",
    "Statement",
    "ModerationAct",
    "HiddenLook",
    "Precautions",
    "WatchedWord",
    "ReasonTemplate",
    "PersonNote",
    "Debate",
    "Topic",
    "JobFailure",
    "User",
    "Rename",
)


class Moderation(AdminSite):
    """Django's admin for moderators: reports first, signing in as everywhere else."""

    site_header = gettext_lazy("Crux moderation")
    site_title = gettext_lazy("Crux moderation")
    index_title = gettext_lazy("Moderation")

    _front: Front
    _desk: Sequence[Place] = ()

    def furnish(self, front: Front, desk: Sequence[Place]) -> None:
        """Take what the front page shows, and further addresses: name, path and view of each."""
        self._front, self._desk = front, desk

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Take tables of ours only: those of packages are nobody's to edit here."""
        given = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in given if model._meta.app_label in OURS]
        if ours:
            super().register(ours, admin_class, **options)

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send visitors to the site's sign-in page: its limits and second factors hold here too.

        Raises PermissionDenied for who is signed in and no moderator.
        """
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(gettext("This part is for moderators."))
        entered: HttpResponse = secure_admin_login(_entered)(request)
        return entered

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Lead to the site's own page: guesses are counted there, and one column is written."""
        return redirect("account_change_password")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """As `password_change`, which nothing comes back from."""
        return self.password_change(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Give the nouns in the order in which moderators need them."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda noun: ORDER.index(noun["object_name"]))
        return sorted(apps, key=lambda app: app["app_label"] not in ("debate",))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Give the front page: the queue, and what else there is."""
        return super().index(request, extra_context or self._front(request))

    def get_urls(self) -> list[Any]:
        """Give the addresses, those of the queue first."""
        ours = [path(at, self.admin_view(view), name=name) for name, at, view in self._desk]
        return [*ours, *super().get_urls()]


def _entered(request: HttpRequest) -> HttpResponse:
    """Lead who is signed in to where they wanted to go."""
    # redirect() would take other words for the name of a page
    return HttpResponseRedirect(get_next_redirect_url(request) or reverse("admin:index"))
