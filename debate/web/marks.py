from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.http import number
from accounts.models import User
from debate import rules
from debate.actions import marks as actions
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Mark, Statement
from debate.selectors import marks, statements, threads, verdicts
from debate.selectors.rows import Row
from debate.web.answers import (
    act,
    back_to,
    for_people,
    is_fragment,
    may_answer,
    on_statement,
    page,
    signed_in,
    takes_form,
)

PER_PAGE = 50
BOTH: dict[str, tuple[str, str | None]] = {"beside": ("agree", "no"), "": ("", "")}
"""What one button says of both questions: true, but beside the point; or nothing any more."""
SAID = {
    ("agree", ""): gettext_lazy("You agree."),
    ("agree", "yes"): gettext_lazy("You agree, and say that it bears."),
    ("agree", "no"): gettext_lazy("You agree, and say that it does not bear."),
    ("unsure", ""): gettext_lazy("You are unsure."),
    ("unsure", "yes"): gettext_lazy("You are unsure, and say that it bears."),
    ("unsure", "no"): gettext_lazy("You are unsure, and say that it does not bear."),
    ("disagree", ""): gettext_lazy("You disagree."),
    ("disagree", "yes"): gettext_lazy("You disagree, and say that it bears."),
    ("disagree", "no"): gettext_lazy("You disagree, and say that it does not bear."),
    ("", "yes"): gettext_lazy("You say that it bears."),
    ("", "no"): gettext_lazy("You say that it does not bear."),
}
"""How a mark stands, by its two answers; not in it where it says nothing."""
WRONG = {"refusal", "problem"}


@takes_form
@on_statement
@for_people("debate:statement-detail")
def mark(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """Set or clear one's mark; a chosen button sent again clears its answer.

    With a passage a button sets. Read, it is the form that marks a passage.
    """
    if request.method != "POST":
        return _form(request, statement, "_mark.html", {"passage": request.GET.get("quote", "")})
    try:
        placed = actions.mark(statement, by=user, **_answers(request.POST))
    except ValidationError as error:
        if is_fragment(request):
            return _marked(request, statement, user, {"refusal": " ".join(error.messages)})
        kept = {"passage": request.POST.get("quote", ""), "problems": error.messages}
        return _form(request, statement, "_mark.html", kept, refused=True)
    return _done(request, statement, user, placed)


def _answers(sent: QueryDict) -> dict[str, Any]:
    """What was sent as what the action takes: answers, a passage, or that the whole is meant."""
    truth, bears = sent.get("truth"), sent.get("bears")
    verdict = sent.get("verdict")
    if verdict is not None:
        truth, bears = BOTH.get(verdict, (verdict, None))
    quote = sent.get("quote", "")
    words = Words(quote, sent.get("prefix", ""), sent.get("suffix", "")) if quote.strip() else None
    return {"truth": truth, "bears": bears, "quote": words, "whole": "drop_quote" in sent}


def _done(request: HttpRequest, statement: Statement, user: User, placed: Mark) -> HttpResponse:
    """The mark as it stands, with the ways to undo it and to say what changed one's mind."""
    changes = marks.history(placed) if placed.pk else []
    if not changes:  # cleared where there was none
        return _told(request, statement, user, said(placed))
    newest = changes[0]
    crossed = marks.crossing(changes) == newest
    if not is_fragment(request):
        ways = f"undo-{statement.pk}-{newest.pk}{'-crossed' if crossed else ''}"
        messages.success(request, f"{statement.label}: {said(placed)}", extra_tags=ways)
        return back_to(request, statement)
    note: dict[str, Any] = {"said": said(placed), "change": newest.pk}
    if crossed:
        note["causes"] = verdicts.causes(statement, user)
    return _marked(request, statement, user, note)


def _told(request: HttpRequest, statement: Statement, user: User, word: str) -> HttpResponse:
    """A word of what was done, which cannot be undone."""
    if is_fragment(request):
        return _marked(request, statement, user, {"undone": word})
    messages.success(request, f"{statement.label}: {word}")
    return back_to(request, statement)


def said(placed: Mark) -> str:
    """How a mark stands, as a sentence to the person: 'You agree, and say that it bears.'"""
    told = SAID.get((placed.truth, placed.bears))
    if told is None:
        return gettext("Your mark is cleared.")
    if not placed.quotation_id:
        return str(told)
    return f"{told} {gettext('A mark on a passage counts for its statement.')}"


def _marked(
    request: HttpRequest, statement: Statement, user: User, note: dict[str, Any]
) -> HttpResponse:
    """What a mark changes on the page; the note says what was done, or why it was not."""
    under = request.POST.get("under", "")
    context = {"note": note, "may_answer": may_answer(request, statement.debate)}
    fresh = statements.statement(statement.pk, user)
    own = marks.own_mark(fresh, user) if under == "marks" else None
    if own is not None:
        again = verdicts.own(user, stale=True).count()
        context |= {"own": verdicts.one(own, fresh, user), "stale_count": again}
        fragment = "debate/marks/_own_marked.html"
        return page(request, fragment, context, refused=bool(WRONG & note.keys()))
    row = threads.alone(fresh, user)
    context |= {"row": row, "under": under or _place_of(row)}
    answer = page(request, "debate/marks/_marked.html", context, refused=bool(WRONG & note.keys()))
    answer["HX-Retarget"] = f"#statement-{statement.pk}-foot"  # wherever the button stands
    answer["HX-Reswap"] = "outerHTML"
    return answer


def _place_of(row: Row) -> str:
    return "list" if row.statement.reply_count else "leaf"


def _form(
    request: HttpRequest,
    statement: Statement,
    fragment: str,
    context: dict[str, Any],
    *,
    refused: bool = False,
) -> HttpResponse:
    """A page with the statement and a form about one's mark of it."""
    user = signed_in(request)
    if user is not None:
        rules.require(rules.may_mark(statement, user))
    context["row"] = threads.alone(statement, request.user)
    return act(
        request,
        statement,
        gettext("Your mark on %(label)s"),
        f"debate/marks/{fragment}",
        context,
        refused=refused,
    )


@require_POST
@on_statement
@for_people("debate:statement-detail")
def undo(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """Put one's mark back to what it was before the change that is named."""
    try:
        actions.undo(statement, by=user, change=number(request.POST.get("change", "")))
    except (ValidationError, Conflict) as error:
        return _refused(request, statement, user, error)
    return _told(request, statement, user, gettext("Undone."))


@require_POST
@on_statement
@for_people("debate:statement-detail")
def confirm(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """Say of a stale mark that it is still so."""
    try:
        placed = actions.confirm(statement, by=user)
    except ValidationError as error:
        return _refused(request, statement, user, error)
    return _done(request, statement, user, placed)


def _refused(
    request: HttpRequest, statement: Statement, user: User, error: ValidationError | Conflict
) -> HttpResponse:
    reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    if is_fragment(request):
        return _marked(request, statement, user, {"refusal": reason})
    messages.error(request, reason)
    return back_to(request, statement)


@takes_form
@on_statement
@for_people()
def explain(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The form that asks what changed one's mind, and the answer."""
    note: dict[str, Any] = {"causes": verdicts.causes(statement, user)}
    if request.method != "POST":
        return _form(request, statement, "_explain.html", {"note": note})
    note["other"] = request.POST.get("other", "").strip()
    because = note["other"] or request.POST.get("because", "")
    note["chosen"] = because
    try:
        if not because:
            raise ValidationError({"because": gettext("Choose a statement, or write its label.")})
        actions.explain(statement, by=user, because=because)
    except ValidationError as error:
        note["problem"] = " ".join(error.messages)
        if is_fragment(request):
            return _marked(request, statement, user, note)
        return _form(request, statement, "_explain.html", {"note": note}, refused=True)
    return _told(request, statement, user, str(THANKS))


THANKS = gettext_lazy("Noted. It is shown with the statement you named.")


@require_safe
@for_people()
def own(request: HttpRequest, user: User) -> HttpResponse:
    """One's own marks, the latest first; with `?stale=1` those to look at again."""
    stale = request.GET.get("stale") == "1"
    found = Paginator(verdicts.own(user, stale=stale), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "owns": verdicts.shown(found.object_list, user),
        "only_stale": stale,
        "stale_count": found.paginator.count if stale else verdicts.own(user, stale=True).count(),
    }
    return page(request, "debate/marks/list.html", context)


@require_safe
@on_statement
def by_side(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Who marks the statement how, by side."""
    if not rules.may_read_text(statement, request.user):
        raise Http404
    context = {
        "debate": statement.debate,
        "row": threads.alone(statement, request.user),
        "verdicts": verdicts.verdicts(statement, request.user),
    }
    return page(request, "debate/marks/by_side.html", context)
