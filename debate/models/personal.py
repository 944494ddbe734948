"""What the tables know of people: what of it an export tells, and what deletion does to it.

Data only. Every relation to an account has a policy here, and every table with text in it is
either one of theirs or among `TRACES`: a test fails for what is not. Tables of packages that are
not installed wait until they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What deletion of an account does to its rows in a table."""

    EMPTIED = "stays as a row of nobody's: without name, mail or rights"
    REMOVED = "removed at once"
    KEPT = "stays, a former member's"
    CHOSEN = "stays, a former member's, or is taken back, as the person chooses"


@dataclass(frozen=True, slots=True)
class Policy:
    """How rows of a table are exported and what becomes of them.

    Columns are lookups, or `name=lookup`. `told` are told always; `seen` while the person may see
    the debate that `within` leads to; `quoted`, words of others, while they may also read the
    statement that `of` leads to. All other columns are `withheld`. Without a `key`, nothing of the
    table is told.
    """

    model: str
    whose: str
    fate: Fate
    key: str = ""
    told: str = ""
    seen: str = ""
    within: str = ""
    quoted: str = ""
    of: str = ""
    withheld: str = ""

    @property
    def title(self) -> str:
        """What the section is called for people."""
        return self.key.replace("_", " ").capitalize()


ACCOUNTS = (
    Policy(
        "accounts.User",
        "pk",
        Fate.EMPTIED,
        "accounts",
        told="username name email kind date_joined last_login is_staff is_superuser is_active"
        " hides_bots language time_zone mail_pace mailed_until follows_by_itself unread_count"
        " standing is_standing_set owner=owner__username",
        withheld="id password session_round",
    ),
    Policy("accounts.User", "owner", Fate.EMPTIED),
    Policy(
        "accounts.User_groups",
        "user",
        Fate.REMOVED,
        "groups",
        told="account=user__username group=group__name",
        withheld="id",
    ),
    Policy(
        "accounts.User_user_permissions",
        "user",
        Fate.REMOVED,
        "permissions",
        told="account=user__username permission=permission__codename",
        withheld="id",
    ),
    Policy(
        "accounts.ApiToken",
        "user",
        Fate.REMOVED,
        "tokens",
        told="account=user__username name prefix scopes created_at expires_at last_used_at"
        " revoked_at",
        withheld="id digest",
    ),
    Policy(
        "accounts.Rename",
        "account",
        Fate.REMOVED,
        "renames",
        told="account=account__username field before after at",
        withheld="id",
    ),
    Policy("accounts.Look", "account", Fate.REMOVED),
    Policy(
        "account.EmailAddress",
        "user",
        Fate.REMOVED,
        "mail_addresses",
        told="email verified primary",
        withheld="id user",
    ),
    Policy(
        "account.EmailConfirmation",
        "email_address__user",
        Fate.REMOVED,
        "mail_confirmations",
        told="email=email_address__email created sent",
        withheld="id key",
    ),
    Policy(
        "mfa.Authenticator",
        "user",
        Fate.REMOVED,
        "second_factors",
        told="type created_at last_used_at",
        withheld="id user data",
    ),
    Policy(
        "usersessions.UserSession",
        "user",
        Fate.REMOVED,
        "sessions",
        told="created_at last_seen_at ip user_agent",
        withheld="id user session_key data",
    ),
    Policy(
        "socialaccount.SocialAccount",
        "user",
        Fate.REMOVED,
        "accounts_elsewhere",
        told="provider uid last_login date_joined extra_data",
        withheld="id user",
    ),
    Policy(
        "socialaccount.SocialToken",
        "account__user",
        Fate.REMOVED,
        "tokens_from_elsewhere",
        told="provider=account__provider expires_at",
        withheld="id app token token_secret",
    ),
    Policy(
        "admin.LogEntry",
        "user",
        Fate.KEPT,
        "acts_in_the_admin",
        told="action_time action_flag kind=content_type__model object_id",
        withheld="id user object_repr change_message",
    ),
)
SAID = (
    Policy(
        "debate.Debate",
        "starter",
        Fate.KEPT,
        "debates_started",
        told="account=starter__username created_at",
        within="pk",
        seen="slug question background terms topics state outcome visibility bots source",
        withheld="id background_html outcome_html last_turn_at position_count crux_count"
        " statement_count open_count turn_count event_count suspended",
    ),
    Policy(
        "debate.Turn",
        "author",
        Fate.KEPT,
        "turns",
        told="account=author__username number created_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id",
    ),
    Policy(
        "debate.Statement",
        "author",
        Fate.CHOSEN,
        "statements",
        told="id account=author__username kind on ordinal name body turn=turn__number"
        " answers=parent_id revision generated_by created_at edited_at withdrawn_at hidden_at"
        " status crux_state source",
        within="debate",
        seen="debate=debate__slug question=debate__question",
        of="parent",
        quoted="quote=quotation__exact",
        withheld="body_html root path depth reply_count total open_total agree_count unsure_count"
        " disagree_count bears_count beside_count changed_minds",
    ),
    Policy(
        "debate.Revision",
        "replaced_by",
        Fate.KEPT,
        "earlier_wordings",
        told="account=replaced_by__username statement=statement_id number body reason"
        " replaced_at generated_by",
        withheld="id body_html",
    ),
    Policy(
        "debate.Mark",
        "person",
        Fate.CHOSEN,
        "marks",
        told="account=person__username statement=statement_id truth bears revision marked_at",
        within="statement__debate",
        seen="debate=statement__debate__slug",
        of="statement",
        quoted="quote=quotation__exact",
        withheld="id source",
    ),
    Policy(
        "debate.MarkChange",
        "mark__person",
        Fate.CHOSEN,
        "history_of_marks",
        told="account=mark__person__username statement=mark__statement_id truth bears revision"
        " because=because_id changed_at undone_at",
        within="mark__statement__debate",
        of="mark__statement",
        quoted="quote=quotation__exact",
        withheld="id",
    ),
    Policy(
        "debate.Reliance",
        "person",
        Fate.CHOSEN,
        "reliances",
        told="account=person__username position=position_id claim=claim_id words now otherwise"
        " created_at",
        withheld="id",
    ),
    Policy(
        "debate.Drop",
        "person",
        Fate.KEPT,
        "cruxes_dropped",
        told="account=person__username crux=crux_id reason dropped_at taken_up_at",
        withheld="id",
    ),
    Policy(
        "debate.DraftPoint",
        "author",
        Fate.REMOVED,
        "drafts",
        told="account=author__username answers=parent_id kind on body place saved_at dropped_at",
        within="debate",
        seen="debate=debate__slug",
        of="parent",
        quoted="quote before after",
        withheld="id key version",
    ),
    Policy(
        "debate.Report",
        "reporter",
        Fate.KEPT,
        "reports",
        told="account=reporter__username statement=statement_id reason note state created_at",
        withheld="id",
    ),
    Policy(
        "debate.ModerationAct",
        "moderator",
        Fate.KEPT,
        "acts_as_a_moderator",
        told="account=moderator__username act statement=statement_id reason created_at",
        withheld="id",
    ),
    Policy(
        "debate.Participation",
        "person",
        Fate.REMOVED,
        "participations",
        told="account=person__username role joined_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id",
    ),
    Policy(
        "debate.Visit",
        "person",
        Fate.REMOVED,
        "visits",
        told="account=person__username since since_at seen seen_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id",
    ),
    Policy(
        "debate.Following",
        "person",
        Fate.REMOVED,
        "followings",
        told="account=person__username level is_automatic since statement=statement_id"
        " whom=whom__username",
        within="debate",
        seen="debate=debate__slug",
        withheld="id",
    ),
    Policy("debate.Following", "whom", Fate.REMOVED),
    Policy(
        "debate.Notification",
        "person",
        Fate.REMOVED,
        "notifications",
        told="account=person__username event=event_id reason made_at read_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id waits",
    ),
    Policy(
        "debate.Event",
        "actor",
        Fate.KEPT,
        "events",
        told="account=actor__username number kind statement=statement_id data generated_by"
        " created_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id",
    ),
    Policy(
        "debate.Rewording",
        "event__actor",
        Fate.KEPT,
        "earlier_words_and_names",
        told="account=event__actor__username field",
        within="event__debate",
        seen="debate=event__debate__slug",
        of="event__statement",
        quoted="before",
        withheld="id",
    ),
    Policy(
        "debate.IdempotencyKey",
        "account",
        Fate.REMOVED,
        "keys_of_requests",
        told="account=account__username key created_at",
        withheld="id fingerprint answer",
    ),
    Policy(
        "debate.Invitation",
        "made_by",
        Fate.KEPT,
        "links_to_join_by",
        told="account=made_by__username role note shows_question uses_most created_at expires_at"
        " revoked_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id key",
    ),
    Policy(
        "debate.InvitationUse",
        "person",
        Fate.REMOVED,
        "links_used",
        told="account=person__username used_at",
        within="invitation__debate",
        seen="debate=invitation__debate__slug",
        withheld="id",
    ),
    Policy(
        "debate.Suspension",
        "person",
        Fate.REMOVED,
        "suspensions",
        told="account=person__username reason created_at until ended_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id suspended_by",
    ),
    Policy(
        "debate.Suspension",
        "suspended_by",
        Fate.KEPT,
        "suspensions_of_others",
        told="account=suspended_by__username reason created_at until ended_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id person",
    ),
    Policy("debate.SearchText", "author", Fate.CHOSEN),
    Policy(
        "debate.Import",
        "person",
        Fate.REMOVED,
        "imports",
        told="account=person__username format name state asked_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id data options told error found_as people into moved_at",
    ),
    Policy("debate.Export", "person", Fate.REMOVED),
    Policy("debate.ExportPart", "export__person", Fate.REMOVED),
)
POLICIES = (*ACCOUNTS, *SAID)
