"""Webhooks: the page of them, one with its log, and the forms that change them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import number
from accounts.models import User
from debate.actions import webhooks as actions
from debate.actions.refusals import Conflict
from debate.models import Debate, Delivery, Webhook
from debate.models.webhooks import URL_MAX
from debate.selectors import debates, webhooks
from debate.selectors.listings import Cut
from debate.web.answers import page, refuse, sign_in_first, signed_in, takes_form
from debate.web.events import WORDS

PAGE = 50
Further = ParamSpec("Further")
OnWebhook = Callable[Concatenate[HttpRequest, Webhook, User, Further], HttpResponse]


class WebhookForm(forms.Form):
    """What is called, and for what; whether the address will do, the action says."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=URL_MAX,
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only these events"),
        choices=[(kind.value, word) for kind, word in WORDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class NewForm(WebhookForm):
    """A webhook to make: of one debate, or of all."""

    debate = forms.SlugField(
        label=gettext_lazy("Only this debate"),
        required=False,
        help_text=gettext_lazy("The part of its address behind /d/. None for all that you see."),
    )
    field_order = ("url", "debate", "kinds")


def _of_person(view: OnWebhook[Further]) -> Callable[..., HttpResponse]:
    """Give the view the webhook of the address and whose it is; nobody else finds it."""

    @wraps(view)
    def found(
        request: HttpRequest, pk: int, *args: Further.args, **more: Further.kwargs
    ) -> HttpResponse:
        user = signed_in(request)
        if user is None:
            return sign_in_first(request)
        try:
            webhook = webhooks.webhook(pk, user)
        except Webhook.DoesNotExist as error:
            raise Http404 from error
        return view(request, webhook, user, *args, **more)

    return found


@never_cache
@takes_form
def index(request: HttpRequest) -> HttpResponse:
    """One's webhooks, and the form that makes one; the answer to it has the key."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fresh = _made(form, request, user)
        if fresh is not None:
            return _shown(request, fresh[0].pk, user, key=fresh[1])
    context = {
        "webhooks": list(webhooks.of(user)),
        "form": form,
        "most": actions.MOST,
        "words": WORDS,
    }
    return page(request, "debate/webhooks/list.html", context, refused=bool(form.errors))


def _made(form: NewForm, request: HttpRequest, user: User) -> tuple[Webhook, str] | None:
    sent = dict(form.cleaned_data)
    slug = sent.pop("debate")
    try:
        debate = debates.debate(slug, user) if slug else None
    except Debate.DoesNotExist:
        form.add_error("debate", gettext("There is no such debate."))
        return None
    try:
        return actions.create(by=user, debate=debate, **sent)
    except ValidationError as error:
        refuse(form, error)
    except Conflict as error:
        form.add_error(None, str(error))
    return None


@require_safe
@never_cache
@_of_person
def detail(request: HttpRequest, webhook: Webhook, user: User) -> HttpResponse:
    """A webhook with its log, the newest first; `?before=` goes on."""
    return _shown(request, webhook.pk, user)


@never_cache
@takes_form
@_of_person
def change(request: HttpRequest, webhook: Webhook, user: User) -> HttpResponse:
    """Change what is called, or for what."""
    if request.method != "POST":
        return redirect("debate:webhook-detail", webhook.pk)
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            actions.change(webhook, by=user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, gettext("Changed."))
            return redirect("debate:webhook-detail", webhook.pk)
    return _shown(request, webhook.pk, user, form=form)


@require_POST
@_of_person
def switch(request: HttpRequest, webhook: Webhook, user: User) -> HttpResponse:
    """Switch it on or off."""
    is_active = request.POST.get("is_active") == "yes"
    actions.change(webhook, by=user, is_active=is_active)
    messages.success(request, gettext("Switched on.") if is_active else gettext("Switched off."))
    return redirect("debate:webhook-detail", webhook.pk)


@require_POST
@_of_person
def remove(request: HttpRequest, webhook: Webhook, user: User) -> HttpResponse:
    """Remove it with its log."""
    actions.remove(webhook, by=user)
    messages.success(request, gettext("Removed."))
    return redirect("debate:webhook-list")


@require_POST
@never_cache
@_of_person
def renew_key(request: HttpRequest, webhook: Webhook, user: User) -> HttpResponse:
    """Sign with a new key, which the answer has."""
    return _shown(request, webhook.pk, user, key=actions.renew_key(webhook, by=user))


@require_POST
@_of_person
def test(request: HttpRequest, webhook: Webhook, user: User) -> HttpResponse:
    """Have a test sent."""
    return _done(
        request,
        webhook,
        lambda: actions.test(webhook, by=user),
        gettext("A test is on its way: reload in a few seconds."),
    )


@require_POST
@_of_person
def replay(request: HttpRequest, webhook: Webhook, user: User, delivery: int) -> HttpResponse:
    """Send something again."""
    try:
        found = webhooks.delivery(delivery, webhook)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    said = gettext("It is sent again: reload in a few seconds.")
    return _done(request, webhook, lambda: actions.replay(found, by=user), said)


def _done(
    request: HttpRequest, webhook: Webhook, do: Callable[[], object], said: str
) -> HttpResponse:
    try:
        do()
        messages.success(request, said)
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("debate:webhook-detail", webhook.pk)


def _shown(
    request: HttpRequest, pk: int, user: User, *, key: str = "", form: WebhookForm | None = None
) -> HttpResponse:
    webhook = webhooks.webhook(pk, user)
    before = number(request.GET.get("before", ""))
    part = webhooks.deliveries(webhook, Cut(PAGE, after=before or None))
    kept: dict[str, Any] = {"url": webhook.url, "kinds": webhook.kinds}
    context = {
        "webhook": webhook,
        "part": part,
        "is_first": not before,
        "key": key,
        "form": form or WebhookForm(initial=kept),
        "why": WHY,
        "words": WORDS,
    }
    refused = form is not None
    return page(request, "debate/webhooks/detail.html", context, refused=refused)


WHY = {
    "late": gettext_lazy("no answer within 10 seconds"),
    "name": gettext_lazy("its name could not be looked up"),
    "inside": gettext_lazy("its name leads to an address that is not public"),
    "certificate": gettext_lazy("its certificate does not prove who it is"),
    "connection": gettext_lazy("it could not be reached, or broke off"),
    "port": gettext_lazy("its port is not one that webhooks can call"),
    "refused": gettext_lazy("the address may not be called"),
    "key": gettext_lazy("the key cannot be read any more: take a new one"),
}
