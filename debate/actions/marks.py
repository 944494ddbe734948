"""Marking statements: is it true, and does it bear? Undoing, confirming, explaining a mark."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import grammar, rules
from debate.actions import events, quotations, settling, statuses
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Mark, MarkChange, Quotation, Statement
from debate.models.events import EventKind
from debate.models.marks import Bears, Truth
from debate.models.statements import AUTHOR_AGREES, Kind
from debate.selectors import marks as selectors
from debate.selectors import statements


def mark(
    statement: Statement,
    *,
    by: User,
    truth: str | None = None,
    bears: str | None = None,
    quote: Words | None = None,
    whole: bool = False,
) -> Mark:
    """Set one's mark: `truth` a Truth, `bears` a Bears, '' to clear, None to leave as it is.

    `quote` is the passage that the answer about truth is meant for. It stays until that answer
    becomes another, or until `whole` says that the mark is meant for the whole statement.
    The same mark again confirms one that is stale, and changes nothing else.
    Raises PermissionDenied (bots do not mark); ValidationError by field (truth, bears, quote),
    or of no field where nothing is to be changed.
    """
    with transaction.atomic():
        statement = _locked(statement, by)
        _check(statement, truth, bears)
        if truth is None and bears is None and not quote and not whole:
            raise ValidationError(
                gettext("Nothing to change: say whether it is true, or whether it bears.")
            )
        known = selectors.own_mark(statement, by) or Mark(statement=statement, person=by)
        if quote and not (known.truth if truth is None else truth):
            raise ValidationError(
                {"quote": gettext("Say of the passage whether you agree with it.")}
            )
        quotation = quotations.passage(statement, quote) if quote else None
        same = _says(known, truth, bears, quotation, whole=whole)
        if same and not selectors.stale(known, statement):
            return known
        if quotation:
            quotation.save()
        placed = put(
            statement.debate,
            statement,
            by=by,
            truth=truth,
            bears=bears,
            quotation=quotation,
            whole=whole,
        )
        _finish(statement)
    return placed


def _locked(statement: Statement, by: User) -> Statement:
    """The statement as it is in its debate, locked; raises PermissionDenied."""
    debate = events.locked(statement.debate_id)
    statement = Statement.objects.select_related("author").get(pk=statement.pk)
    statement.debate = debate
    rules.require(rules.may_mark(statement, by))
    return statement


def _finish(statement: Statement) -> None:
    statuses.refresh(statement.debate, statement.pk)
    events.save_counters(statement.debate)


def _says(
    known: Mark, truth: str | None, bears: str | None, passage: Quotation | None, *, whole: bool
) -> bool:
    """Whether a mark says just that already."""
    if truth not in (None, known.truth) or bears not in (None, known.bears):
        return False
    if passage is None:
        return not (whole and known.quotation)
    old = known.quotation
    return old is not None and all(
        getattr(old, name) == getattr(passage, name) for name in ("revision", "start", "end")
    )


def _check(statement: Statement, truth: str | None, bears: str | None) -> None:
    problems: dict[str, str] = {}
    if truth and not grammar.takes_truth(statement):
        problems["truth"] = gettext(
            "%(kind)s: this kind claims nothing that could be true or false."
        ) % {"kind": Kind(statement.kind).label}
    elif truth is not None and truth not in Truth.values:
        problems["truth"] = gettext(
            "Choose agree, unsure or disagree, or leave it empty to clear."
        )
    if bears and not grammar.takes_bearing(statement):
        problems["bears"] = gettext("Only supports and objections bear on what they answer.")
    elif bears is not None and bears not in Bears.values:
        problems["bears"] = gettext("Choose yes or no, or leave it empty to clear.")
    if problems:
        raise ValidationError(dict(problems))


def put(
    debate: Debate,
    statement: Statement,
    *,
    by: User,
    truth: str | None = None,
    bears: str | None = None,
    quotation: Quotation | None = None,
    whole: bool = False,
    **fields: Any,
) -> Mark:
    """Write a mark that has been checked into a locked debate, with its history and the counts."""
    placed, _ = Mark.objects.get_or_create(
        statement=statement, person=by, defaults={"revision": statement.revision}
    )
    if whole or truth not in (None, placed.truth):
        placed.quotation = None
    placed.truth = placed.truth if truth is None else truth
    placed.bears = placed.bears if bears is None else bears
    placed.quotation = quotation or placed.quotation
    placed.revision = statement.revision
    change = MarkChange.objects.create(
        mark=placed,
        truth=placed.truth,
        bears=placed.bears,
        revision=placed.revision,
        quotation=placed.quotation,
    )
    placed.marked_at = change.changed_at
    for field, value in fields.items():
        setattr(placed, field, value)
    _store(debate, statement, placed)
    return placed


def _store(debate: Debate, statement: Statement, placed: Mark, **data: Any) -> None:
    """Save a mark, count it, record the event; the status is for the caller to refresh."""
    placed.save()
    count(statement)
    _record(debate, statement, placed, **data)
    settling.settle_after(debate, statement, by=placed.person)


def _record(debate: Debate, statement: Statement, placed: Mark, **data: Any) -> None:
    data = {"truth": placed.truth, "bears": placed.bears, **data}
    events.record(debate, EventKind.MARK_SET, by=placed.person, statement=statement, data=data)


def confirm(statement: Statement, *, by: User) -> Mark:
    """Say of one's mark 'still so': the same answers, given to the statement as it is today.

    A mark that is not stale stays untouched. Raises PermissionDenied; ValidationError.
    """
    with transaction.atomic():
        statement = _locked(statement, by)
        placed = selectors.own_mark(statement, by)
        if placed is None or not (placed.truth or placed.bears):
            raise ValidationError(
                gettext("You have not marked this, so there is nothing to confirm.")
            )
        if selectors.stale(placed, statement):
            placed = put(statement.debate, statement, by=by)
            _finish(statement)
    return placed


def undo(statement: Statement, *, by: User, change: int) -> Mark:
    """Put one's mark back to what it was before its newest change, whose id is `change`.

    Answers, passage and time come back as they were; what was undone stays undone. Raises
    PermissionDenied; ValidationError (field change) where there is nothing to undo; Conflict where
    one has marked again since.
    """
    with transaction.atomic():
        statement = _locked(statement, by)
        made = MarkChange.objects.filter(mark__statement=statement, mark__person=by)
        undone = made.filter(pk=change).select_related("mark").first()
        if undone is None:
            raise ValidationError({"change": gettext("There is nothing to undo.")})
        if undone.undone_at is None:
            _take_back(statement, undone)
    return undone.mark


def _take_back(statement: Statement, undone: MarkChange) -> None:
    newest, *earlier = selectors.history(undone.mark)
    if newest != undone:
        raise Conflict(gettext("You have marked this again since. Undo the newer mark first."))
    undone.undone_at = timezone.now()
    undone.save(update_fields=["undone_at"])
    placed, before = undone.mark, next(iter(earlier), None)
    placed.truth = before.truth if before else ""
    placed.bears = before.bears if before else ""
    placed.quotation = before.quotation if before else None
    if before:
        placed.revision, placed.marked_at = before.revision, before.changed_at
    _store(statement.debate, statement, placed, undone=undone.pk)
    _count_minds(undone.because_id)
    _finish(statement)


def take_back(debate: Debate, placed: Mark) -> None:
    """Remove a mark with its history from a locked debate; the caller saves the counters."""
    statement, person = placed.statement, placed.person
    statement.debate = debate
    changes = placed.changes.all()
    minds = set(changes.exclude(because=None).values_list("because", flat=True))
    passages = {placed.quotation_id, *changes.values_list("quotation", flat=True)} - {None}
    said = placed.truth or placed.bears
    placed.delete()
    Quotation.objects.filter(pk__in=passages).delete()
    for mind in minds:
        _count_minds(mind)
    if said:
        count(statement)
        data = {"truth": "", "bears": ""}
        events.record(debate, EventKind.MARK_SET, by=person, statement=statement, data=data)
        settling.settle_after(debate, statement, by=person)
        statuses.refresh(debate, statement.pk)


def explain(statement: Statement, *, by: User, because: str) -> Mark:
    """Name what changed one's mind on the statement: its label or address; '' takes that back.

    Only after a mark that went from agreeing to disagreeing, or the other way, and while it stays
    there. Raises PermissionDenied; ValidationError (field because).
    """
    with transaction.atomic():
        statement = _locked(statement, by)
        placed = Mark.objects.filter(statement=statement, person=by).first()
        change = selectors.crossing(selectors.history(placed)) if placed else None
        if placed is None or change is None:
            raise ValidationError({"because": gettext("Your mark here has not changed sides.")})
        cause = _cause(statement, because) if because.strip() else None
        before, change.because = change.because_id, cause
        if change.because_id != before:
            change.save(update_fields=["because"])
            _count_minds(before)
            _count_minds(change.because_id)
            _record(statement.debate, statement, placed, because=change.because_id)
            events.save_counters(statement.debate)
    return placed


def _cause(statement: Statement, because: str) -> Statement:
    try:
        cause = statements.named(statement.debate, because)
    except Statement.DoesNotExist as error:
        message = gettext(
            "There is no such statement in this debate. Write its label, such as S16."
        )
        raise ValidationError({"because": message}) from error
    if cause == statement:
        raise ValidationError(
            {"because": gettext("Name another statement than the one you marked.")}
        )
    return cause


def _count_minds(statement_id: int | None) -> None:
    """Bring up to date how many people say that the statement changed their mind."""
    if statement_id is None:
        return
    standing = MarkChange.objects.filter(because=statement_id, undone_at=None)
    people = standing.aggregate(n=Count("mark__person", distinct=True))["n"]
    Statement.objects.filter(pk=statement_id).update(changed_minds=people)


def count(statement: Statement) -> None:
    """Bring the statement's counts of marks up to date; its author agrees by default."""
    counts = Mark.objects.filter(statement=statement).aggregate(
        agree_count=Count("id", filter=Q(truth=Truth.AGREE)),
        unsure_count=Count("id", filter=Q(truth=Truth.UNSURE)),
        disagree_count=Count("id", filter=Q(truth=Truth.DISAGREE)),
        bears_count=Count("id", filter=Q(bears=Bears.YES)),
        beside_count=Count("id", filter=Q(bears=Bears.NO)),
        authors=Count("id", filter=Q(person=statement.author_id) & ~Q(truth="")),
    )
    authors = counts.pop("authors")
    implied = statement.kind in AUTHOR_AGREES and not statement.author.is_bot and not authors
    counts["agree_count"] += int(implied)
    Statement.objects.filter(pk=statement.pk).update(**counts)
    for field, value in counts.items():
        setattr(statement, field, value)
