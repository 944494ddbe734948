"""One's account: the page that leads to its parts; one's names; one's bots and tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.forms import Form
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseServerError,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe
from django.views.defaults import permission_denied
from django.views.i18n import set_language

from accounts import actions, rules, sealing
from accounts import bots as own_bots
from accounts.elsewhere import places
from accounts.forms import BotForm, BotNameForm, NamesForm, TastesForm, TokenForm
from accounts.http import BOTS, goes_on_to
from accounts.limits import LimitReached
from accounts.models import ApiToken, User
from accounts.tastes import set_tastes

UNPROCESSABLE = 422
ACCESS = "accounts:access"
NEW_KEY = "new-key"
NEW_KEY_SECONDS = 120
YEAR = 365 * 24 * 3600
RETRY_AFTER = 60  # seconds: allauth's limits on requests are of so many a minute

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Give the view the account as its second argument, after signing in where needed."""

    @wraps(view)
    @never_cache
    @login_required
    def known(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            raise PermissionDenied
        return view(request, request.user, *args, **kwargs)

    return known


def posted(view: View) -> View:
    """Send whoever comes by an address of a form, as after signing in, to the page it is on."""

    @wraps(view)
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect(ACCESS)
        return view(request, *args, **kwargs)

    return sent


def too_many(request: HttpRequest) -> HttpResponse:
    """Refuse as our own limits do, which answer with what was typed."""
    told = gettext("That is enough for now. Try again in %(n)s seconds.")
    raise LimitReached(told % {"n": RETRY_AFTER}, retry_after=RETRY_AFTER)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse with the reason: the sentence alone for HTMX, which puts it beside the form."""
    if "HX-Request" in request.headers and str(exception):
        return HttpResponseForbidden(str(exception), content_type="text/plain; charset=utf-8")
    return permission_denied(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, and the number under which it is in the log."""
    page = render_to_string("500.html", {"number": request.META.get("REQUEST_ID", "")})
    return HttpResponseServerError(page)


# ---- the account and its names
@require_safe
@signed_in
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """The parts of one's account. 6 queries, whatever there is."""
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "address": EmailAddress.objects.filter(user=user)
        .order_by("-primary", "-verified")
        .first(),
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_elsewhere": places() or SocialAccount.objects.filter(user=user).exists(),
        "has_codes": Authenticator.Type.TOTP in kinds,
        "sessions": UserSession.objects.filter(user=user).count(),
        "bots": user.bots.filter(is_active=True).count(),
        "tokens": user.tokens.filter(revoked_at=None).count(),
    }
    return render(request, "accounts/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def names(request: HttpRequest, user: User) -> HttpResponse:
    """Change what one is called; the form comes back where it is refused."""
    given = {"name": user.name, "username": user.username}
    form = NamesForm(request.POST if request.method == "POST" else None, initial=given)
    if form.is_valid():
        try:
            actions.rename(user, by=user, **form.cleaned_data)
            messages.success(
                request, gettext("Saved. It may take a minute until all pages show it.")
            )
            return redirect("accounts:names")
        except ValidationError as error:
            _refuse(form, error)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/names.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def tastes(request: HttpRequest, user: User) -> HttpResponse:
    """Choose how one reads; the form comes back where it is refused."""
    given = {"language": user.language, "time_zone": user.time_zone}
    form = TastesForm(request.POST if request.method == "POST" else None, initial=given)
    if form.is_valid():
        try:
            set_tastes(user, by=user, **form.cleaned_data)
            messages.success(request, gettext("Saved."))
            return redirect("accounts:tastes")
        except ValidationError as error:
            _refuse(form, error)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/tastes.html", {"form": form}, status=status)


# ---- bots and tokens
@require_safe
@signed_in
@sensitive_variables("fresh")
def access(request: HttpRequest, user: User) -> HttpResponse:
    """One's bots and tokens. The key of a token just made is shown, once."""
    fresh = _take_key(request, user)
    answer = _page(request, user, fresh=fresh)
    if NEW_KEY in request.COOKIES:
        answer.delete_cookie(NEW_KEY, path=reverse(ACCESS))
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bots(request: HttpRequest) -> HttpResponse:
    """Whether statements by bots are shown: kept in the account, a visitor's in a cookie."""
    back = goes_on_to(request, "/")
    if request.method != "POST":
        return render(request, "accounts/bots.html", {"next": back})
    hide = request.POST.get("bots") == "hide"
    answer = redirect(back)
    if isinstance(request.user, User):
        actions.hide_bots(request.user, hide=hide)
    elif hide:
        answer.set_cookie(
            BOTS,
            "hide",
            max_age=YEAR,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    else:
        answer.delete_cookie(BOTS)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def language(request: HttpRequest) -> HttpResponse:
    """Which language pages are in, for who has no account: this browser's cookie remembers it."""
    if request.method == "POST":
        return set_language(request)
    return render(request, "accounts/language.html", {"next": goes_on_to(request, "/")})


@posted
@signed_in
def create_bot(request: HttpRequest, user: User) -> HttpResponse:
    """Make a bot; the form comes back where it is refused."""
    form = BotForm(request.POST)
    if form.is_valid():
        try:
            bot = actions.create_bot(by=user, **form.cleaned_data)
            messages.success(
                request,
                gettext("%(told_name)s is yours. It needs a token to write.")
                % {"told_name": bot.told_name},
            )
            return redirect(f"{reverse(ACCESS)}#account-{bot.pk}")
        except ValidationError as error:
            _refuse(form, error)
    return _page(request, user, bot_form=form)


@posted
@signed_in
def change_bot(request: HttpRequest, user: User, username: str) -> HttpResponse:
    """Give a bot of one's own another shown name, or switch it off for good."""
    bot = get_object_or_404(user.bots, username=username)
    if request.POST.get("do") == "end":
        own_bots.end(bot, by=user)
        told = gettext("%(name)s is switched off. What it said stays.")
        messages.success(request, told % {"name": bot.told_name})
        return redirect(ACCESS)
    form = BotNameForm(bot, request.POST)
    if form.is_valid():
        try:
            own_bots.rename(bot, by=user, name=form.cleaned_data["name"])
            messages.success(request, gettext("Saved."))
            return redirect(f"{reverse(ACCESS)}#account-{bot.pk}")
        except ValidationError as error:
            _refuse(form, error)
    return _page(request, user, name_form=form)


@posted
@signed_in
@sensitive_variables("key")
def create_token(request: HttpRequest, user: User) -> HttpResponse:
    """Make a token for oneself or one's bot; the form comes back where it is refused.

    After the password was asked for again: a token outlives the session that made it.
    """
    account = _account(request.POST.get("account", ""), user)
    raise_if_reauthentication_required(request, app="accounts")
    form = TokenForm(account, request.POST)
    if form.is_valid():
        try:
            token, key = actions.create_token(
                account,
                by=user,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at(),
            )
            return _with_key(redirect(ACCESS), user, token, key)
        except ValidationError as error:
            _refuse(form, error)
    return _page(request, user, token_form=form)


@posted
@signed_in
def revoke_token(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """End a token at once."""
    own = ApiToken.objects.filter(Q(user=user) | Q(user__owner=user))
    token = get_object_or_404(own.select_related("user"), pk=pk)
    actions.revoke_token(token, by=user)
    messages.success(request, gettext("The token %(name)s is revoked.") % {"name": token.name})
    return redirect(ACCESS)


def _account(sent: str, user: User) -> User:
    """The account of a token form; raises Http404, for somebody else's too."""
    try:
        account = User.objects.get(pk=int(sent))
    except (ValueError, User.DoesNotExist) as error:
        raise Http404 from error
    if not rules.may_manage(account, user):
        raise Http404
    return account


def _page(
    request: HttpRequest,
    user: User,
    *,
    bot_form: BotForm | None = None,
    name_form: BotNameForm | None = None,
    token_form: TokenForm | None = None,
    fresh: dict[str, str] | None = None,
) -> HttpResponse:
    """The page; 422 where one of its forms was refused. 2 queries."""
    accounts = [user, *user.bots.order_by("-is_active", "username")]
    tokens = ApiToken.objects.filter(user__in=accounts, revoked_at=None)
    forms = {one.pk: TokenForm(one) for one in accounts}
    if token_form:
        forms[token_form.owner.pk] = token_form
    named = {one.pk: BotNameForm(one) for one in accounts if one.is_bot}
    if name_form:
        named[name_form.bot.pk] = name_form
    context = {
        "accounts": [
            (
                one,
                forms[one.pk],
                named.get(one.pk),
                [token for token in tokens if token.user_id == one.pk],
            )
            for one in accounts
        ],
        "bot_form": bot_form or BotForm(auto_id="id_bot_%s"),
        "bots": (sum(one.is_bot and one.is_active for one in accounts), rules.BOTS_PER_OWNER),
        "may_own_bots": rules.may_own_bots(user),
        "fresh": fresh,
    }
    status = UNPROCESSABLE if bot_form or name_form or token_form else 200
    return render(request, "accounts/access.html", context, status=status)


def _refuse(form: Form, error: ValidationError) -> None:
    """Put what an action refused beside the fields it is about; the rest above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    names = {"expires_at": "expiry"}
    for field, problems in error.error_dict.items():
        shown = names.get(field, field)
        form.add_error(shown if shown in form.fields else None, problems)


# The key goes to the page behind the redirect in a cookie of its own, sealed, for two minutes: a
# session would lie in the database, where no key is ever kept.
def _with_key(answer: HttpResponse, user: User, token: ApiToken, key: str) -> HttpResponse:
    fresh = {"name": token.name, "account": token.user.told_name, "key": key}
    answer.set_cookie(
        NEW_KEY,
        sealing.seal(json.dumps([user.pk, fresh])),
        max_age=NEW_KEY_SECONDS,
        path=reverse(ACCESS),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


def _take_key(request: HttpRequest, user: User) -> dict[str, str] | None:
    """The key of the token just made, if this browser and account made it."""
    try:
        sealed = request.COOKIES.get(NEW_KEY, "")
        whose, fresh = json.loads(sealing.unseal(sealed, within=NEW_KEY_SECONDS))
    except InvalidToken:
        return None
    return dict(fresh) if whose == user.pk else None
