"""The tables, a file per noun. Constraints hold whatever a constraint can say."""

from debate.models.acts import Appeal, ModerationAct
from debate.models.analysis import Analysis, AnalysisPoint
from debate.models.cruxes import Drop, Reliance
from debate.models.debates import Debate, Participation
from debate.models.drafts import DraftPoint
from debate.models.events import Event, IdempotencyKey
from debate.models.exports import Export, ExportPart
from debate.models.following import Following, Notification, NotifiedUpTo
from debate.models.holding import FirstStatement, Held, HeldPoint
from debate.models.imports import Import
from debate.models.invitations import Invitation, InvitationUse
from debate.models.jobs import JobFailure
from debate.models.links import Link
from debate.models.marks import Mark, MarkChange
from debate.models.moderation import Report
from debate.models.precautions import Precautions, WatchedWord
from debate.models.proposals import Proposal
from debate.models.reviewing import HiddenLook, PersonNote, ReasonTemplate, SavedFilter
from debate.models.rewordings import Rewording
from debate.models.search import SearchText, SearchWord
from debate.models.statements import Quotation, Revision, Statement
from debate.models.suspensions import Suspension
from debate.models.topics import Topic
from debate.models.turns import Turn
from debate.models.visits import Visit
from debate.models.webhooks import Delivery, SentUpTo, Webhook

__all__ = [
    "Analysis",
    "AnalysisPoint",
    "Appeal",
    "Debate",
    "Delivery",
    "DraftPoint",
    "Drop",
    "Event",
    "Export",
    "ExportPart",
    "FirstStatement",
    "Following",
    "Held",
    "HeldPoint",
    "HiddenLook",
    "IdempotencyKey",
    "Import",
    "Invitation",
    "InvitationUse",
    "JobFailure",
    "Link",
    "Mark",
    "MarkChange",
    "ModerationAct",
    "Notification",
    "NotifiedUpTo",
    "Participation",
    "PersonNote",
    "Precautions",
    "Proposal",
    "Quotation",
    "ReasonTemplate",
    "Reliance",
    "Report",
    "Revision",
    "Rewording",
    "SavedFilter",
    "SearchText",
    "SearchWord",
    "SentUpTo",
    "Statement",
    "Suspension",
    "Topic",
    "Turn",
    "Visit",
    "WatchedWord",
    "Webhook",
]
