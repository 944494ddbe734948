from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin, UserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from accounts import names

USERNAME = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z",
    gettext_lazy(
        "Use 1 to 40 small letters, digits and hyphens, with a letter or digit at both ends."
    ),
)

TAKEN = gettext_lazy("This username is taken, or looks like another account's name.")
NAMED = Func(F("username"), F("name"), function="crux_named")
"""Both names as a search compares them: without case, accents and punctuation."""
FORMER = "_"
"""How the username of an account that was left begins; nobody can choose such a one."""


def not_of_a_former_member(username: str) -> None:
    """Refuse the name of somebody who has left; raises ValidationError, as for any taken one."""
    if FormerName.objects.filter(pk=name_digest(username)).exists():
        raise ValidationError(TAKEN, "taken")


def name_digest(name: str) -> str:
    """A keyed hash of how a name looks: without the key nobody can try names on it."""
    look, key = names.look(name), settings.FORMER_NAMES_KEY
    return salted_hmac("accounts.former", look, secret=key, algorithm="sha256").hexdigest()


class Kind(models.TextChoices):
    """What stands behind an account."""

    PERSON = "person", gettext_lazy("Person")
    BOT = "bot", gettext_lazy("Bot")
    IMPORTED = "imported", gettext_lazy("Imported speaker")


class Standing(models.TextChoices):
    """How far an account is trusted, by what it has done; `accounts.limits` says what follows."""

    NEW = "new", gettext_lazy("New")
    MEMBER = "member", gettext_lazy("Member")
    TRUSTED = "trusted", gettext_lazy("Trusted")
    EXEMPT = "exempt", gettext_lazy("Without limits")


class People(UserManager["User"]):
    """Accounts; those made without a form, such as administrators', hold their names too."""

    @transaction.atomic
    def create_superuser(self, *args: Any, **fields: Any) -> User:
        """Make an administrator; raises ValidationError where the name looks like another's."""
        made = super().create_superuser(*args, **fields)
        import_string("accounts.actions.hold_names")(made)
        return made


class Pace(models.TextChoices):
    """How often somebody gets mail of what they are told."""

    AT_ONCE = "at once", gettext_lazy("At once")
    DAILY = "daily", gettext_lazy("Once a day, at 8 in the morning")
    WEEKLY = "weekly", gettext_lazy("Once a week, on Monday at 8 in the morning")
    NEVER = "never", gettext_lazy("Never")


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a person, a person's bot, or a speaker known only from an imported debate."""

    username = models.CharField(
        max_length=40,
        unique=True,
        validators=[USERNAME, not_of_a_former_member],
        error_messages={"unique": TAKEN},  # as for the names of those who have left
    )
    name = models.CharField(gettext_lazy("shown name"), max_length=60, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    owner = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="bots"
    )
    email = models.EmailField(blank=True)
    is_staff = models.BooleanField("moderator", default=False)
    is_active = models.BooleanField(gettext_lazy("in use"), default=True)
    hides_bots = models.BooleanField(default=False)
    is_suspended = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether the account, or its owner's, was kept from writing: `debate.actions.barring`."""
    suspended_until = models.DateTimeField(null=True, blank=True, editable=False)
    """When that ends by itself; None: it does not."""
    blocked = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    """The ids of whom the account has blocked: `debate.actions.following` keeps it."""
    language = models.CharField(max_length=12, blank=True)
    """As in `settings.LANGUAGES`; where it is empty, the browser's."""
    time_zone = models.CharField(max_length=64, blank=True)
    """As in the IANA database; where it is empty, UTC."""
    mail_pace = models.CharField(max_length=7, choices=Pace, default=Pace.DAILY)
    mailed_until = models.DateTimeField(null=True, blank=True, editable=False)
    """The morning whose digest was the last one."""
    follows_by_itself = models.BooleanField(default=True)
    """Whether taking part in a debate is following it."""
    unread_count = models.PositiveIntegerField(default=0, editable=False)
    """How many notifications wait in the inbox: `debate.actions.notifying` keeps it."""
    date_joined = models.DateTimeField(default=timezone.now)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.NEW)
    is_standing_set = models.BooleanField(
        gettext_lazy("standing is set by a moderator"), default=False
    )
    session_round = models.PositiveIntegerField(default=0, editable=False)
    """Counted up, it ends all sessions: it is part of what each of them proves."""
    last_write = models.BigIntegerField(null=True, editable=False)
    """Where the database's log was after it: `accounts.freshness` keeps it."""

    objects = People()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index("email", name="user_email"),
            GinIndex(OpClass(NAMED, name="gin_trgm_ops"), name="user_by_any_name"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.CheckConstraint(condition=Q(mail_pace__in=Pace.values), name="user_mail_pace"),
            models.CheckConstraint(
                condition=Q(kind="bot", owner__isnull=False) | ~Q(kind="bot") & Q(owner=None),
                name="user_bot_has_owner",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="user_kind"),
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values), name="user_standing"
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | ~Q(owner=F("id")), name="user_not_own_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.told_name

    @property
    def shown_name(self) -> str:
        """The name readers see; the username where none was given."""
        return self.name or self.username

    @property
    def told_name(self) -> str:
        """The name as running text tells it, where no label can stand: a bot says that it is."""
        return f"{self.shown_name} (bot)" if self.is_bot else self.shown_name

    @property
    def is_former(self) -> bool:
        """Whether its person has left: the row stays for what they said, and has no page."""
        return self.username.startswith(FORMER)

    @property
    def is_bot(self) -> bool:
        """Whether a program writes here."""
        return self.kind == Kind.BOT

    @property
    def is_moderator(self) -> bool:
        """Whether this account may moderate: staff, neither switched off nor suspended."""
        return self.is_active and self.is_staff and not self.only_reads

    @property
    def only_reads(self) -> bool:
        """Whether it is suspended from the whole site at this moment."""
        until = self.suspended_until
        return self.is_suspended and (until is None or until > timezone.now())

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know: it ends with the password and with the round of sessions."""
        proof = f"{self.password}:{self.session_round}"
        salt = "accounts.models.User.session"
        return salted_hmac(salt, proof, secret=secret, algorithm="sha256").hexdigest()


class FormerName(models.Model):
    """A keyed hash of a name that somebody has left behind, so that nobody else takes it."""

    digest = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.digest


class Scope(models.TextChoices):
    """What a token may be used for."""

    READ = "read", gettext_lazy("Read what its account may read")
    WRITE = "write", gettext_lazy("Start debates, reply, edit, withdraw, report")
    PROPOSE = "propose", gettext_lazy("Propose cruxes, links, splits and other changes")
    MARK = "mark", gettext_lazy("Mark statements (people's own tokens only)")
    MODERATE = (
        "moderate",
        gettext_lazy("Look after debates: roles, links, hiding (people's own tokens only)"),
    )


class ApiToken(models.Model):
    """A key to the API for one account. The key itself is shown once and kept only as a hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="apitoken_has_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        """Whether the token is neither revoked nor expired."""
        fresh = self.expires_at is None or self.expires_at > timezone.now()
        return fresh and self.revoked_at is None


class Spent(models.Model):
    """What of a limit is used up until `ends`. The key is hashed; a crash may forget the row."""

    key = models.CharField(max_length=40, primary_key=True)
    used = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    ends = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "spent"

    def __str__(self) -> str:
        return f"{self.used} of {self.most}"


class Look(models.Model):
    """How a name looks (`names.look`), and whose it is: nobody else may look the same.

    An account holds the looks of its shown name, its username and its earlier usernames.
    """

    look = models.CharField(max_length=240, unique=True)
    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="looks")

    def __str__(self) -> str:
        return self.look


class Rename(models.Model):
    """A name that was changed. Moderators see them; an earlier username leads to its account."""

    class Field(models.TextChoices):
        """Which of the two names."""

        USERNAME = "username", gettext_lazy("Username")
        NAME = "name", gettext_lazy("Shown name")

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="renames")
    field = models.CharField(max_length=8, choices=Field)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-id")
        indexes: ClassVar[list[Any]] = [models.Index("field", "before", name="rename_before")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Mail(models.Model):
    """A mail that waits to be sent, sealed: it may carry a link that opens an account."""

    sealed = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Mail {self.pk}"
