"""Deleting one's account."""

from __future__ import annotations

from allauth.account.internal.flows import reauthentication
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import refusal_of_password
from accounts.models import User
from debate import rules
from debate.actions import leaving as actions
from debate.selectors import leaving
from debate.web.answers import page, sign_in_first, signed_in
from debate.web.forms import LeaveForm


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """What goes and what stays, with the form that deletes the account.

    Who has no password proves themselves as allauth asks, and writes their username.
    """
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    may = rules.may_leave(user)
    by_password = user.has_usable_password()
    if may and not by_password and not reauthentication.did_recently_reauthenticate(request):
        raise ReauthenticationRequired
    form = LeaveForm(request.POST or None, by_password=by_password)
    if request.method == "POST":
        rules.require(may)
        if form.is_valid() and _is_proven(request, user, form):
            actions.leave(by=user, withdraw=form.cleaned_data["statements"] == "withdraw")
            logout(request)
            return redirect("debate:leaving-detail")
    context = {"form": form, "parting": leaving.parting(user), "refusal": may.reason}
    return page(request, "debate/people/leave.html", context, refused=bool(form.errors))


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """What is read after it."""
    return page(request, "debate/people/left.html", {})


def _is_proven(request: HttpRequest, user: User, form: LeaveForm) -> bool:
    """Whether the form proves that it is the person; what is wrong stands beside the field."""
    if "password" in form.fields:
        if refusal := refusal_of_password(request, user, form.cleaned_data["password"]):
            form.add_error("password", refusal)
    elif form.cleaned_data["username"].strip() != user.username:
        form.add_error(
            "username",
            gettext("Write %(username)s, to say that you mean it.") % {"username": user.username},
        )
    return not form.errors
