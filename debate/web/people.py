from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.models import User
from debate.selectors import following, people
from debate.web.answers import page, signed_in


@require_safe
def detail(request: HttpRequest, username: str) -> HttpResponse:
    """A person's page; `?before=` goes on with what they said earlier."""
    before = request.GET.get("before", "")
    try:
        person = people.person(username, request.user)
        said = people.said(person, request.user, int(before) if before else None)
    except (User.DoesNotExist, ValueError) as error:
        raise Http404 from error
    if person.username != username:
        return redirect("debate:person-detail", person.username)
    is_self = request.user.pk == person.pk
    user = None if is_self else signed_in(request)
    context = {
        "person": person,
        "level": following.level(user, whom=person) if user else "",
        "is_in_use": people.is_in_use(person),
        "is_self": is_self,
        "parts": [] if before else people.parts(person, request.user),
        "said": said,
        "is_first": not before,
    }
    return page(request, "debate/people/detail.html", context)
