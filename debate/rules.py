"""Who may do what: predicates, no writes.

Each answers with an `Answer`: true or false, and the reason where it is no. Visibility is decided
here and in `DebateQuerySet.visible_to`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import Kind as AccountKind
from accounts.models import Standing, User
from debate import grammar
from debate.models import Debate, Statement, Suspension
from debate.models.acts import Act
from debate.models.debates import Bots, Role, State, Visibility
from debate.models.statements import ROOTS, Kind

Viewer: TypeAlias = User | AnonymousUser


@dataclass(frozen=True)
class Answer:
    """Yes, or no with the reason, in words for the person who asked."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)


def no(reason: str, **told: object) -> Answer:
    """The answer 'no, because', in the reader's language; extraction knows this call."""
    reason = gettext(reason)
    return Answer(False, reason % told if told else reason)


def require(answer: Answer) -> None:
    """Go on where the answer is yes; raise PermissionDenied with its reason otherwise."""
    if not answer:
        raise PermissionDenied(answer.reason)


def may_moderate(viewer: Viewer) -> bool:
    """Whether the viewer hides and restores, and reads what is hidden."""
    return isinstance(viewer, User) and viewer.is_moderator


def may_see_jobs(viewer: Viewer) -> Answer:
    """Whether the viewer sees which background jobs failed, and has them tried again."""
    if isinstance(viewer, User) and viewer.is_moderator and viewer.is_superuser:
        return YES
    return no("Only administrators look after background jobs.")


def may_export(user: User) -> Answer:
    """Whether the account can have all its data: people, whose export has their bots' in it."""
    if user.kind != AccountKind.PERSON:
        return no("An export is for people: the owner's has what a bot wrote.")
    return YES if user.is_active else no("This account is suspended.")


def may_import(user: User) -> Answer:
    """Whether the account brings debates in: people, for they answer for whose words they are."""
    if user.kind != AccountKind.PERSON:
        return no("Imports are for people: they answer for whose words they bring in.")
    return may_act(user)


def may_import_publicly(user: User) -> Answer:
    """Whether what the account brings in may be public: of people who are not new."""
    if user.standing == Standing.NEW and not user.is_moderator:
        return no("Imports of people who are new here are unlisted or private at first.")
    return may_import(user)


def may_leave(user: User) -> Answer:
    """Whether the account can be deleted by its person: not while nobody else could moderate."""
    if user.kind != AccountKind.PERSON:
        return no("A bot leaves with its owner.")
    if not user.is_active:
        return no("This account is suspended.")
    others = User.objects.filter(is_active=True, is_staff=True).exclude(pk=user.pk)
    if user.is_staff and not others.exists():
        return no("You are the last moderator. Make somebody else a moderator first.")
    if user.is_superuser and not others.filter(is_superuser=True).exists():
        return no("You are the last administrator. Make somebody else one first.")
    return YES


def may_read_text(statement: Statement, viewer: Viewer) -> bool:
    """Whether the viewer sees words and author: what is gone, only moderators and its author.

    That a moderator is shown something so is noted where `noting_looks` is open.
    """
    if not statement.is_gone or viewer.pk == statement.author_id:
        return True
    if not may_moderate(viewer):
        return False
    looks = _looks.get()
    if looks is not None:
        looks.add((viewer.pk or 0, statement.pk))
    return True


Looks: TypeAlias = set[tuple[int, int]]
"""Pairs of a moderator and what they were shown, by id."""
_looks: ContextVar[Looks | None] = ContextVar("looks", default=None)


@contextmanager
def noting_looks() -> Iterator[Looks]:
    """Collect what is gone and was shown to moderators while this is open."""
    looks: Looks = set()
    token = _looks.set(looks)
    try:
        yield looks
    finally:
        _looks.reset(token)


def has_blocked(viewer: Viewer, author: User) -> bool:
    """Whether what this account says is folded for the viewer; with a person, their bots are."""
    blocked = viewer.blocked if isinstance(viewer, User) else ()
    return bool(blocked) and (author.pk in blocked or author.owner_id in blocked)


def readable_by(viewer: Viewer) -> Q:
    """`may_read_text` as a filter of statements."""
    if may_moderate(viewer):
        return Q()
    return Q(hidden_at=None, withdrawn_at=None) | Q(author=viewer.pk)


def may_act(user: User) -> Answer:
    """Whether the account does more here than read; one query for whom it does not."""
    if not user.is_active:
        return no("This account is suspended.")
    held = Suspension.objects.keeping(user)
    return no(held.told) if held else YES


def may_take_part(debate: Debate, user: User) -> Answer:
    """Whether the account may act in the debate at all: in use, not suspended, and sees it."""
    if not (answer := may_act(user)):
        return answer
    if held := suspension(debate, user):
        return no(held.told)
    if debate.visibility != Visibility.PRIVATE:
        return YES
    seen = Debate.objects.visible_to(user).filter(pk=debate.pk).exists()
    return YES if seen else no("This debate is for its own people.")


def suspension(debate: Debate, user: User) -> Suspension | None:
    """The suspension of the account in the debate, or of its owner there; None where it may act.

    No query for whom the debate's row does not name.
    """
    named = {user.pk, user.owner_id} & set(debate.suspended)
    if not named:
        return None
    return debate.suspensions.in_force().filter(person__in=named).first()


def may_follow(user: User) -> Answer:
    """Whether the account may follow and mute what it sees: whoever is in use."""
    return YES if user.is_active else no("This account is suspended.")


def may_follow_person(person: User, user: User) -> Answer:
    """Whether the account may follow or mute this person: not itself."""
    return no(gettext("You cannot follow yourself.")) if person.pk == user.pk else may_follow(user)


def may_start_debate(user: User) -> Answer:
    """Whether the account may start a debate: people and bots that can sign in."""
    return may_act(user)


def may_write(debate: Debate, user: User) -> Answer:
    """Whether the account may publish or edit statements in the debate."""
    if debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if debate.state != State.OPEN:
        return no("This debate is closed: it takes no new statements or edits.")
    if debate.is_locked:
        return no("This debate is locked: nothing is written here for now.")
    if user.is_bot and debate.bots != Bots.WRITE:
        return no("Bots may not write in this debate.")
    return may_take_part(debate, user)


def is_locked(statement: Statement) -> bool:
    """Whether the statement, or one that it stands under, is locked. No query."""
    locked = statement.debate.locked
    return bool(locked) and not {statement.pk, *grammar.ancestor_ids(statement)}.isdisjoint(locked)


def may_reply(parent: Statement, user: User) -> Answer:
    """Whether the account may answer this statement at all."""
    if parent.is_gone:
        return no("This statement was removed or withdrawn, so it cannot be answered.")
    if is_locked(parent):
        return no("This part of the debate is locked: nothing is written here for now.")
    return may_write(parent.debate, user)


def may_mark(statement: Statement, user: User) -> Answer:
    """Whether the account may mark the statement: people only, not in an archive."""
    if user.is_bot:
        return no("Bots do not mark: agreement is for people to give.")
    if statement.debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if statement.is_gone:
        return no("This statement was removed or withdrawn, so it cannot be marked.")
    return may_take_part(statement.debate, user)


def may_edit(statement: Statement, user: User) -> Answer:
    """Whether the account may change the words: their author, while the debate is open."""
    if statement.author_id != user.pk:
        return no("Only its author may edit a statement.")
    if statement.is_gone:
        return no("This statement was removed or withdrawn, so it cannot be edited.")
    if is_locked(statement):
        return no("This part of the debate is locked: nothing is written here for now.")
    return may_write(statement.debate, user)


def may_withdraw(statement: Statement, user: User) -> Answer:
    """Whether the account may withdraw the statement: its author, not in an archive."""
    if statement.author_id != user.pk:
        return no("Only its author may withdraw a statement.")
    if statement.debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if statement.withdrawn_at is not None:
        return no("This statement is withdrawn already.")
    return may_take_part(statement.debate, user)


def may_report(statement: Statement, user: User) -> Answer:
    """Whether the account may report the statement: people but its author, while it is there."""
    if user.is_bot:
        return no("Bots do not report: that is for people to do.")
    if statement.author_id == user.pk:
        return no("You cannot report your own statement; you can edit or withdraw it.")
    if statement.debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if statement.is_gone:
        return no("This statement is gone already.")
    return may_take_part(statement.debate, user)


def may_hide(statement: Statement, user: User) -> Answer:
    """Whether the account may hide the statement: moderators, facilitators of its debate."""
    if may_moderate(user):
        return YES
    return may_look_after(statement.debate, user)


def may_restore(statement: Statement, user: User) -> Answer:
    """Whether the account may show it again: moderators; facilitators what no moderator hid."""
    if may_moderate(user):
        return YES
    hid = Q(act=Act.HIDE) | Q(act=Act.UNDO, undoes__act=Act.RESTORE)
    hidden = statement.acts.filter(hid).select_related("moderator").first()
    if hidden is not None and hidden.is_moderators:
        return no("A moderator has hidden this statement, so only moderators may restore it.")
    return may_look_after(statement.debate, user)


def may_drop(crux: Statement, user: User) -> Answer:
    """Whether the account may drop the crux or take it up again: its author, a facilitator."""
    if crux.kind != Kind.CRUX:
        return no("Only a crux can be dropped.")
    if crux.is_gone:
        return no("This crux was removed or withdrawn.")
    if crux.debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if crux.author_id != user.pk and not is_facilitator(crux.debate, user):
        return no("Only who put a crux forward or a facilitator of the debate may drop it.")
    return may_take_part(crux.debate, user)


def is_facilitator(debate: Debate, user: User) -> bool:
    """Whether the account looks after the debate; a bot does not, though it may have begun it."""
    roles = debate.participations.filter(person=user, role=Role.FACILITATOR)
    return not user.is_bot and roles.exists()


def may_look_after(debate: Debate, user: User) -> Answer:
    """Whether the account gives roles, invites and suspends there: facilitators, moderators."""
    if not may_moderate(user) and not is_facilitator(debate, user):
        return no("Only facilitators of this debate and moderators may do this.")
    return may_take_part(debate, user)


def may_change(debate: Debate, user: User) -> Answer:
    """Whether the account sets topics, visibility and bots of the debate: not in an archive."""
    if debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read. Reopen it to change it.")
    return may_look_after(debate, user)


def may_reword(debate: Debate, user: User) -> Answer:
    """Whether the account changes question, background and terms: while the debate is open."""
    if debate.state == State.CLOSED:
        return no("This debate is closed: it takes no edits. Reopen it to change its words.")
    return may_change(debate, user)


def may_rename(statement: Statement, user: User) -> Answer:
    """Whether the account names the position or crux: who wrote it, who may reword the debate."""
    if statement.kind not in ROOTS:
        return no("Only positions and cruxes have a name.")
    if statement.is_gone:
        return no("This statement was removed or withdrawn, so it cannot be named.")
    if statement.author_id == user.pk:
        return may_edit(statement, user)
    return may_reword(statement.debate, user)


def may_make_topics(user: User) -> Answer:
    """Whether the account can bring in topics that there are not yet: people who are not new."""
    if user.is_bot or (user.standing == Standing.NEW and not user.is_moderator):
        return no("Choose among those there are: new ones come from people who are not new here.")
    return YES


def may_have_role(debate: Debate, person: User, role: str) -> Answer:
    """Whether somebody can be given the role: people and bots; facilitators are people."""
    if person.kind == AccountKind.IMPORTED:
        return no(
            "%(name)s is known from an imported debate, and cannot sign in.",
            name=person.shown_name,
        )
    if not person.is_active:
        return no("This account is not in use.")
    if role == Role.FACILITATOR and person.is_bot:
        return no("Bots do not facilitate: that is for people to do.")
    if role == Role.FACILITATOR and suspension(debate, person):
        return no(
            "%(name)s is suspended in this debate. End the suspension first.",
            name=person.shown_name,
        )
    return YES


def may_lose_role(debate: Debate, person: User) -> Answer:
    """Whether the debate can do without this person as facilitator: there is another one."""
    others = debate.participations.filter(
        role=Role.FACILITATOR, person__kind=AccountKind.PERSON, person__is_active=True
    )
    if person.is_bot or not is_facilitator(debate, person):
        return YES
    if others.exclude(person=person).exists():
        return YES
    return no("A debate keeps a facilitator. Make somebody else one first.")


def may_join(user: User) -> Answer:
    """Whether the account may join debates by a link: people only."""
    if user.kind != AccountKind.PERSON:
        return no("Bots do not join by a link: a facilitator adds them by their username.")
    return may_act(user)


def no_to_imported(person: User) -> Answer:
    """The refusal to suspend who speaks in an imported debate."""
    told = person.shown_name
    return no("%(name)s is known from an imported debate, and writes nothing.", name=told)


def may_suspend(debate: Debate, person: User, user: User) -> Answer:
    """Whether the account may suspend this person within the debate."""
    if not (answer := may_look_after(debate, user)):
        return answer
    if person.pk == user.pk:
        return no("You cannot suspend yourself; you can leave the debate.")
    if person.kind == AccountKind.IMPORTED:
        return no_to_imported(person)
    if person.is_moderator:
        return no("Moderators cannot be suspended in a debate.")
    if debate.participations.filter(person=person, role=Role.FACILITATOR).exists():
        return no("%(name)s is a facilitator. Take that role away first.", name=person.shown_name)
    return YES
