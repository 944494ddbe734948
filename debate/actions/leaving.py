"""Deleting an account so that debates stay readable.

At once, in one transaction: names and mail leave the account's row; log-in, tokens and streams
end; what is nobody else's business is removed. A job then takes back what the person said, where
they chose so, in small transactions; done again, it finds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from itertools import groupby
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import actions as accounts
from accounts import sessions
from accounts.models import FORMER, Rename, User
from debate import rules
from debate.actions import (
    events,
    following,
    idempotency,
    jobs,
    marks,
    proposals,
    reliances,
    statements,
)
from debate.models import Debate, Invitation, JobFailure, Mark, Proposal, Reliance, Statement
from debate.models.personal import POLICIES
from debate.models.policies import Fate
from debate.models.proposals import ProposalState
from debate.selectors.exports import accounts_of

log = logging.getLogger("debate.departures")
AT_ONCE = 100
"""How many rows are taken back in one transaction: a debate's other writers wait so long."""
WORD = 3
"""Shorter names are found in everything, and tell nobody apart."""
LEFT = "Account %s has left at %s; its words %s."
"""Noted outside the database too, since a restored backup knows them still (`leave_again`)."""
STAY, WITHDRAWN = "stay", "are taken back"
GONE = "This error named somebody who has left."
Row = TypeVar("Row", Statement, Mark, Reliance, Proposal)


def leave(*, by: User, withdraw: bool) -> None:
    """Delete the account of a person, and with it their bots'; nothing brings it back.

    What they and their bots said stays, a former member's; or is taken back, with marks and
    reliances, where `withdraw` says so. Raises PermissionDenied.
    """
    with transaction.atomic():
        person = _locked(by)
        rules.require(rules.may_leave(person))
        _forget_in_notes(person)
        ids = accounts_of(person)
        accounts.leave_behind(person)
        links = Invitation.objects.filter(made_by__in=ids, revoked_at=None)
        links.update(revoked_at=timezone.now())
        following.forget_blocked(ids)
        _remove(ids)
        jobs.ask("leave", account=person.pk, withdraw=withdraw)
        now, fate = timezone.now().isoformat(), WITHDRAWN if withdraw else STAY
        transaction.on_commit(lambda: log.info(LEFT, person.pk, now, fate))


def _locked(by: User) -> User:
    """The person as they are now; moderators leave one by one, so that one stays."""
    with_others = Q(pk=by.pk) | Q(is_staff=True) if by.is_staff else Q(pk=by.pk)
    locked = User.objects.select_for_update().filter(with_others).order_by("pk")
    return next(user for user in locked if user.pk == by.pk)


def finish(account: int, *, withdraw: bool) -> None:
    """Do the rest for somebody who has left; done again, it changes nothing."""
    person = User.objects.filter(pk=account, username__startswith=FORMER).get()
    ids = accounts_of(person)
    sessions.forget(person.pk)
    _remove(ids)
    if withdraw:
        relied = Reliance.objects.filter(person__in=ids)
        _take_back(relied.select_related("claim", "person"), "claim__debate", reliances.take_back)
        marked = Mark.objects.filter(person__in=ids)
        of_marks = marked.select_related("statement__author", "person")
        _take_back(of_marks, "statement__debate", marks.take_back)
        proposed = Proposal.objects.filter(author__in=ids, state=ProposalState.OPEN)
        of_proposals = proposed.select_related("author", "statement")
        _take_back(of_proposals, "debate", _withdraw_proposal)
        said = Statement.objects.filter(author__in=ids, withdrawn_at=None)
        _take_back(said.select_related("author"), "debate", _withdraw)


def _withdraw(debate: Debate, statement: Statement) -> None:
    statement.debate = debate
    statements.take_back(debate, statement, by=statement.author)


def _withdraw_proposal(debate: Debate, proposal: Proposal) -> None:
    proposals.take_back(debate, proposal, by=proposal.author)


def _take_back(found: QuerySet[Row], to_debate: str, do: Callable[[Debate, Row], None]) -> None:
    """Take rows back until none is found, some of a debate at a time."""
    while some := list(found.order_by(to_debate, "pk").values_list(to_debate, "pk")[:AT_ONCE]):
        for debate_id, pairs in groupby(some, key=lambda pair: pair[0]):
            with transaction.atomic():
                debate = events.locked(debate_id)
                for row in found.filter(pk__in=[pk for _, pk in pairs]).order_by("pk"):
                    do(debate, row)
                events.save_counters(debate)


def forget_late_rows() -> int:
    """Remove what requests wrote that were under way while somebody left; says how many rows."""
    late = User.objects.filter(username__startswith=FORMER)
    return _remove(list(late.values_list("pk", flat=True)))


def _remove(ids: Collection[int]) -> int:
    """Remove the rows of these accounts that are nobody else's business; says how many."""
    labels = {config.label for config in apps.get_app_configs()}
    removed = 0
    for policy in POLICIES:
        if policy.fate == Fate.REMOVED and policy.model.split(".")[0] in labels:
            rows = apps.get_model(policy.model)._default_manager.all()
            removed += rows.filter(**{f"{policy.whose}__in": ids}).delete()[0]
    return removed


def _forget_in_notes(person: User) -> None:
    """Take names and mails out of what the admin, failed jobs and answers to others have noted."""
    known = (person, *person.bots.all())
    words = {word for one in known for word in (one.username, one.name, one.email) if word}
    renames = Rename.objects.filter(account__in=known)
    words.update(word for pair in renames.values_list("before", "after") for word in pair if word)
    words.update(EmailAddress.objects.filter(user=person).values_list("email", flat=True))
    noted = Q(
        content_type=ContentType.objects.get_for_model(User),
        object_id__in=[str(one.pk) for one in known],
    )
    failed = Q()
    for word in words:
        noted |= Q(object_repr__icontains=word) if "@" in word else Q(object_repr__iexact=word)
        failed |= Q(error__icontains=word) if len(word) >= WORD else Q(error__iexact=word)
    LogEntry.objects.filter(noted).update(object_repr=accounts.NOBODY)
    JobFailure.objects.filter(failed).update(error=GONE)
    idempotency.forget_answers(words)
