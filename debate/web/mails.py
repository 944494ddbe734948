"""How often one gets mail, and the end of it by one click in a mail."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from debate.actions import mailing
from debate.selectors import mails
from debate.web.answers import page, refuse, sign_in_first, signed_in, takes_form
from debate.web.forms import PaceForm


@takes_form
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """How often one gets mail; the form comes back where it is refused."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    now = {"pace": user.mail_pace, "follows_by_itself": user.follows_by_itself}
    form = PaceForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        try:
            mailing.choose(by=user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("debate:mail-choose")
        except ValidationError as error:
            refuse(form, error)
    context = {"form": form, "address": mails.address(user)}
    return page(request, "debate/mails/choose.html", context, refused=bool(form.errors))


@csrf_exempt
@takes_form
@never_cache
def unsubscription(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of whoever the key is for: at once by POST (RFC 8058), by a button after GET.

    The signed key in the address is what allows it, signed in or not, with or without cookies.
    In the API it is `mail-choose`.
    """
    try:
        mailing.holder(token)
        if request.method == "POST":
            mailing.unsubscribe(token)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    context = {"is_done": request.method == "POST"}
    return page(request, "debate/mails/unsubscription.html", context)
