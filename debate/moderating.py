"""Who may act on other people's statements, undo such acts, and decide appeals: predicates.

Nobody acts alone in a dispute they take part in: who wrote the statement concerned, answered it,
is answered by it, or has marked or reported it leaves it to another facilitator or moderator.
Positions and cruxes that it answers do not make their author a party, for whoever opens a debate
writes its positions. A moderator who is the only one may, for nobody else could.
"""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Kind as AccountKind
from accounts.models import User
from debate import rules
from debate.models import Appeal, Mark, ModerationAct, Report, Statement
from debate.models.acts import Act
from debate.models.debates import Debate, State
from debate.models.statements import ROOTS
from debate.rules import YES, Answer, no

ALWAYS = (Act.HIDE, Act.RESTORE, Act.DISMISS, Act.SUSPEND)
"""What is also done, and undone, in an archive."""


def may_restructure(statement: Statement, user: User, *, proposed: bool = False) -> Answer:
    """Whether the account may link, move, split … it: facilitators of its debate and moderators.

    Where the act was `proposed` by somebody else, the author too, who then agrees with it.
    """
    if statement.debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if statement.is_gone:
        return no("This statement was removed or withdrawn.")
    if proposed and is_own(statement, user):
        return rules.may_take_part(statement.debate, user)
    return rules.may_look_after(statement.debate, user)


def is_own(statement: Statement, user: User) -> bool:
    """Whether the account, or a bot of its, wrote the statement."""
    return user.pk in (statement.author_id, statement.author.owner_id)


def stands_apart(user: User, *statements: Statement) -> Answer:
    """Whether the account may act alone on these statements: it is no party. At most 2 queries."""
    if not _takes_part(
        user, [one.pk for one in statements], [one.parent_id for one in statements]
    ):
        return YES
    if _is_only_moderator(user):
        return YES
    return no(
        "You take part in this: you wrote, answered, marked or reported what it is about."
        " Another facilitator or a moderator can do it."
    )


def _is_only_moderator(user: User) -> bool:
    """Whether nobody else moderates here. At most one query."""
    others = User.objects.filter(is_active=True, is_staff=True).exclude(pk=user.pk)
    return rules.may_moderate(user) and not others.exists()


def _takes_part(user: User, ids: list[int], above: list[int | None]) -> bool:
    around = Q(pk__in=ids) | Q(parent__in=ids)
    around |= Q(pk__in=[one for one in above if one]) & ~Q(kind__in=ROOTS)
    wrote = Statement.objects.filter(around, Q(author=user) | Q(author__owner=user))
    marked = Mark.objects.filter(person=user, statement__in=ids).exclude(truth="", bears="")
    reported = Report.objects.filter(reporter=user, statement__in=ids)
    found = [some.order_by().values_list("pk") for some in (wrote, marked, reported)]
    return bool(found[0].union(*found[1:], all=True)[:1])


def may_lock(debate: Debate, user: User) -> Answer:
    """Whether the account may lock the debate, or a part of it: who looks after it."""
    if debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    return rules.may_look_after(debate, user)


def may_suspend(person: User, user: User) -> Answer:
    """Whether the account may suspend this person from the whole site: moderators others."""
    if not rules.may_moderate(user):
        return _moderators_only(user)
    if user.pk in (person.pk, person.owner_id):
        return no("You cannot suspend yourself.")
    if person.kind == AccountKind.IMPORTED:
        return rules.no_to_imported(person)
    if person.is_bot:
        return no("A bot's owner answers for it. Suspend them: their bots fall with them.")
    if person.is_staff or person.is_superuser:
        return no("Moderators cannot be suspended: an administrator takes that role away first.")
    return YES if person.is_active else no("This account is not in use.")


def may_undo(act: ModerationAct, user: User) -> Answer:
    """Whether the account may undo the act: facilitators only what no moderator did.

    Who did it may; anybody else only if they stand apart, which the action asks.
    """
    if act.act == Act.UNDO:
        return no("What was undone can be done again, but an undoing is not undone.")
    if act.debate is None:
        return _moderators_only(user)
    if act.debate.state == State.ARCHIVED and act.act not in ALWAYS:
        return no("This debate is archived: it can only be read.")
    if rules.may_moderate(user):
        return YES
    if act.act == Act.DISMISS:
        return _moderators_only(user)
    if act.is_moderators:
        return no("A moderator did this, so only moderators may undo it.")
    if act.moderator_id == user.pk:
        return rules.may_take_part(act.debate, user)
    return rules.may_look_after(act.debate, user)


def _moderators_only(user: User) -> Answer:
    return YES if rules.may_moderate(user) else no("Only moderators may do this.")


def may_appeal(act: ModerationAct, user: User) -> Answer:
    """Whether the account may appeal: whom the act concerns, also while suspended, once."""
    if act.person_id is None or act.person_id != user.pk:
        return no("Only whom an act concerns may appeal against it.")
    if not user.is_active:
        return no("This account is suspended.")
    if act.moderator_id == user.pk:
        return no("You did this yourself, so there is nothing to appeal against.")
    if act.act in (Act.UNDO, Act.DISMISS, Act.RESTORE):
        return no("There is nothing to appeal against here.")
    return YES


def may_decide(appeal: Appeal, user: User) -> Answer:
    """Whether the account may decide the appeal: a moderator, or of a facilitator's act another
    facilitator; neither who did it, unless no other moderator is there, nor who appeals.
    """
    act = appeal.act
    if user.pk == appeal.person_id:
        return no("Somebody else decides about this appeal.")
    if user.pk == act.moderator_id and not _is_only_moderator(user):
        return no("Somebody else decides about this appeal.")
    return may_undo(act, user)


def may_read_reason(act: ModerationAct, user: rules.Viewer, *, looks_after: bool = False) -> bool:
    """Whether the viewer reads why: all, unless it is internal to moderators and facilitators.

    Whom it keeps from the whole site reads it always: it is what they may appeal against.
    """
    if not act.is_internal or rules.may_moderate(user) or looks_after:
        return True
    return act.debate_id is None and act.person_id == user.pk
