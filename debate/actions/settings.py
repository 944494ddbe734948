"""Looking after a debate: what it says of itself, what its parts are called, its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from accounts.limits import Deed
from accounts.models import User
from debate import rules
from debate.actions import deeds, events, outlines, precautions, topics
from debate.actions.refusals import Conflict, refusal_of_short, shows
from debate.models import Debate, Event, Held, Rewording, Statement
from debate.models.debates import OUTCOME_MAX, State, Visibility
from debate.models.events import EventKind
from debate.models.holding import HeldState
from debate.models.rewordings import Reworded
from debate.models.statements import NAME_MAX
from debate.selectors.precautions import holds_in
from debate.text import markdown

WORDS = frozenset({"question", "background", "terms"})
DONE = {
    State.OPEN: EventKind.DEBATE_REOPENED,
    State.CLOSED: EventKind.DEBATE_CLOSED,
    State.ARCHIVED: EventKind.DEBATE_ARCHIVED,
}
SAYING = (
    EventKind.STATEMENT_PUBLISHED,
    EventKind.MARK_SET,
    EventKind.RELIANCE_DECLARED,
)


def change(debate: Debate, *, by: User, **sent: Any) -> Debate:
    """Change what the debate says of itself, of what is sent: the fields of `outlines.checked`.

    What stands there already changes nothing. The words before are kept, and the History tells
    them. Raises PermissionDenied; LimitReached; ValidationError by field.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_change(debate, by))
        problems: outlines.Problems = {}
        fields = outlines.checked(sent, by, problems)
        outlines.require_none(problems)
        if "topics" in fields:
            place = fields.get("visibility", debate.visibility)
            fields["topics"] = topics.taken(fields["topics"], by=by, visibility=place)
        changed = {name: value for name, value in fields.items() if getattr(debate, name) != value}
        if not changed:
            return debate
        _require(debate, changed, by)
        deeds.count(by, Deed.EDITS)
        _write(debate, changed, by=by, kind=EventKind.DEBATE_CHANGED)
    return debate


def _require(debate: Debate, changed: Mapping[str, Any], by: User) -> None:
    if WORDS & changed.keys():
        rules.require(rules.may_reword(debate, by))
    _require_no_wait(debate, changed, by)
    new = changed.get("visibility")
    if debate.visibility == Visibility.PRIVATE and new and new != Visibility.PRIVATE:
        _require_nothing_held(debate, changed, by, new)
    if new == Visibility.PUBLIC and debate.imports.exists():
        answer = rules.may_import_publicly(by)
        if not answer:
            raise ValidationError({"visibility": answer.reason})
    crosses = new is not None and Visibility.PRIVATE in (new, debate.visibility)
    said = debate.events.filter(kind__in=SAYING).exclude(actor=by)
    waits = Held.objects.filter(debate=debate, state=HeldState.WAITS).exclude(author=by)
    if crosses and (said.exists() or waits.exists()):
        raise ValidationError({"visibility": _WITH_OTHERS})


def _require_nothing_held(
    debate: Debate, changed: Mapping[str, Any], by: User, visibility: str
) -> None:
    """Raise ValidationError where a debate that is not private any more would have had to wait."""
    own = " ".join(_told(changed.get(name, getattr(debate, name))) for name in sorted(WORDS))
    said = debate.statements.filter(hidden_at=None, withdrawn_at=None).order_by("pk")
    bodies = [own, *(f"{name} {body}" for name, body in said.values_list("name", "body"))]
    if precautions.check_debate(bodies, by=by, visibility=visibility):
        told = gettext("A moderator would look at this first. Start it anew as a public debate.")
        raise ValidationError({"visibility": told})


def _require_no_wait(debate: Debate, changed: Mapping[str, Any], by: User) -> None:
    """Raise ValidationError for words that would have to wait: in a debate's own, nothing does."""
    problems: outlines.Problems = {}
    for name in sorted(WORDS & changed.keys()):
        before, after = _told(getattr(debate, name)), _told(changed[name])
        if refusal := _refusal_of_edit(debate, by, before, after):
            problems[name] = refusal
    outlines.require_none(problems)


def _refusal_of_edit(debate: Debate, by: User, before: str, after: str) -> str:
    return precautions.refusal_of_edit(by, before, after) if holds_in(debate) else ""


_WITH_OTHERS = gettext_lazy(
    "Others have said something here, for those who could read it then. From private, and to it, "
    "a debate changes only before that."
)


_STANDS = {
    State.OPEN: gettext_lazy("This debate is open already."),
    State.CLOSED: gettext_lazy("This debate is closed already."),
    State.ARCHIVED: gettext_lazy("This debate is archived already."),
}


def _write(debate: Debate, changed: Mapping[str, Any], *, by: User, kind: EventKind) -> None:
    """Store changed fields of a locked debate, the event, and what stood there before."""
    named = [name for name in changed if not name.endswith("_html")]
    before = {name: _told(getattr(debate, name)) for name in named if name in Reworded.values}
    for name, value in changed.items():
        setattr(debate, name, value)
    debate.save(update_fields=list(changed))
    made = events.record(debate, kind, by=by, data={"fields": named})
    _keep(made, before)
    events.save_counters(debate)


def _keep(event: Event, before: Mapping[str, str]) -> None:
    Rewording.objects.bulk_create(
        Rewording(event=event, field=name, before=words) for name, words in before.items()
    )


def _told(value: Any) -> str:
    """A text, a list of topics or one of terms, as the History shows it."""
    if isinstance(value, str):
        return value
    if any(isinstance(one, list) for one in value):
        return "\n".join(f"{term}: {meaning}" for term, meaning in value)
    return ", ".join(value)


def set_state(debate: Debate, *, by: User, state: str, outcome: str = "") -> Debate:
    """Close, archive or reopen the debate; an archive says at its head what came of it.

    Raises PermissionDenied; LimitReached; ValidationError by field (state, outcome); Conflict
    where that is its state already.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_look_after(debate, by))
        if state not in State.values:
            raise ValidationError({"state": gettext("Choose open, closed or archived.")})
        if state == debate.state:
            raise Conflict(_STANDS[State(state)])
        deeds.count(by, Deed.EDITS)
        changed = {"state": state, **_outcome(debate, state, outcome)}
        _write(debate, changed, by=by, kind=DONE[State(state)])
    return debate


def _outcome(debate: Debate, state: str, outcome: str) -> dict[str, str]:
    """What changes of the outcome: it stays, unseen, while the debate is open again."""
    problems: outlines.Problems = {}
    outcome = outlines.text("outcome", outcome, OUTCOME_MAX, problems)
    if outcome and state != State.ARCHIVED:
        problems["outcome"] = gettext(
            "An outcome is for an archive. Archive the debate to say it."
        )
    outlines.require_none(problems)
    if state != State.ARCHIVED or outcome == debate.outcome:
        return {}
    return {"outcome": outcome, "outcome_html": outlines.html(outcome)}


def rename(statement: Statement, *, by: User, name: str, generated_by: str = "") -> Statement:
    """Give a position or crux another short name; the History tells the earlier one.

    Raises PermissionDenied; LimitReached; ValidationError by field (name, generated_by).
    """
    with transaction.atomic():
        debate = events.locked(statement.debate_id)
        statement = Statement.objects.get(pk=statement.pk)
        statement.debate = debate
        rules.require(rules.may_rename(statement, by))
        generated_by = events.check_generated_by(by, generated_by)
        name = _checked_name(name, statement, by)
        deeds.count(by, Deed.EDITS)
        before, statement.name = statement.name, name
        statement.save(update_fields=["name"])
        made = events.record(
            debate,
            EventKind.STATEMENT_RENAMED,
            by=by,
            statement=statement,
            generated_by=generated_by,
        )
        _keep(made, {Reworded.NAME: before})
        events.save_counters(debate)
    return statement


def _checked_name(name: str, statement: Statement, by: User) -> str:
    known = statement.name
    refusal = refusal_of_short(name, NAME_MAX)
    if not refusal and not shows(name):
        refusal = gettext("Give it a name of a few words.")
    name = "" if refusal else " ".join(markdown.clean(name).split())
    if name == known:
        refusal = gettext("It is called that already.")
    refusal = refusal or precautions.refusal_of_words(by, name)
    refusal = refusal or _refusal_of_edit(statement.debate, by, known, name)
    if refusal:
        raise ValidationError({"name": refusal})
    return name
