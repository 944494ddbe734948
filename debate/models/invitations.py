from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core import signing
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from debate.models.debates import Debate, Role
from debate.models.lengths import at_most

USES_MOST = 1000
DAYS_MOST = 90
NOTE_MAX = 200
KEY_LENGTH = 16
SIGNER = signing.Signer(sep=".", salt="debate.invitation")


def new_key() -> str:
    """What names a link, before the site signs it."""
    return get_random_string(KEY_LENGTH)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Links with what tells whether they still let somebody in."""

    def with_count(self) -> Self:
        """The links with how often each was used, as `used`."""
        return self.annotate(used=Count("uses"))


class Invitation(models.Model):
    """A link by which people join a debate. The link is the key, signed; the row holds no link."""

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="invitations")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_key)
    role = models.CharField(max_length=11, choices=Role, default=Role.PARTICIPANT)
    note = models.CharField(max_length=NOTE_MAX, blank=True)
    shows_question = models.BooleanField(default=True)
    uses_most = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role"),
            models.CheckConstraint(
                condition=Q(uses_most__range=(1, USES_MOST)), name="invitation_uses"
            ),
            at_most("note", NOTE_MAX, name="invitation_note_length"),
        ]

    def __str__(self) -> str:
        return f"Invitation to {self.debate} as {self.role}"

    @property
    def is_good(self) -> bool:
        """Whether somebody can still join by it; needs `with_count` and its maker."""
        used: int = vars(self)["used"]
        fresh = self.expires_at > timezone.now() and self.revoked_at is None
        return fresh and used < self.uses_most and self.made_by.is_active

    @property
    def token(self) -> str:
        """What the link ends in: the key, signed by the site, so that tables tell no link."""
        return SIGNER.sign(self.key)


class InvitationUse(models.Model):
    """That somebody joined by a link; each person once."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="uses")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("invitation", "person", name="invitationuse_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} by {self.invitation}"
