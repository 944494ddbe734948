"""The tables, a file per noun. Constraints hold whatever a constraint can say."""

from debate.models.analysis import Analysis
from debate.models.cruxes import Drop, Reliance
from debate.models.debates import Debate, Participation
from debate.models.drafts import DraftPoint
from debate.models.events import Event, IdempotencyKey
from debate.models.exports import Export, ExportPart
from debate.models.following import Following, Notification, NotifiedUpTo
from debate.models.imports import Import
from debate.models.invitations import Invitation, InvitationUse
from debate.models.jobs import JobFailure
from debate.models.marks import Mark, MarkChange
from debate.models.moderation import ModerationAct, Report
from debate.models.rewordings import Rewording
from debate.models.search import SearchText, SearchWord
from debate.models.statements import Quotation, Revision, Statement
from debate.models.suspensions import Suspension
from debate.models.topics import Topic
from debate.models.turns import Turn
from debate.models.visits import Visit

__all__ = [
    "Analysis",
    "Debate",
    "DraftPoint",
    "Drop",
    "Event",
    "Export",
    "ExportPart",
    "Following",
    "IdempotencyKey",
    "Import",
    "Invitation",
    "InvitationUse",
    "JobFailure",
    "Mark",
    "MarkChange",
    "ModerationAct",
    "Notification",
    "NotifiedUpTo",
    "Participation",
    "Quotation",
    "Reliance",
    "Report",
    "Revision",
    "Rewording",
    "SearchText",
    "SearchWord",
    "Statement",
    "Suspension",
    "Topic",
    "Turn",
    "Visit",
]
