from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext, gettext_lazy

from accounts.admin import ReadOnly
from accounts.models import User
from debate.actions import moderation as actions
from debate.actions.refusals import Conflict
from debate.models import Debate, ModerationAct, Report, Statement
from debate.models.acts import Act
from debate.models.moderation import ReportState
from debate.models.statements import REASON_MAX
from debate.selectors import moderation

UNPROCESSABLE = 422
OPEN_FIRST = Case(When(state=ReportState.OPEN, then=Value(0)), default=Value(1))


# ---- deciding
class DecisionForm(forms.Form):
    """What to do, and why. Whether the reason will do, the action says."""

    act = forms.ChoiceField(
        choices=Act.choices, error_messages={"required": gettext_lazy("Choose what to do.")}
    )
    reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON_MAX})
    )

    def clean_reason(self) -> str:
        """Give the reason with line breaks counted as one character, as browsers count them."""
        return str(self.cleaned_data["reason"]).replace("\r\n", "\n")


def case_page(
    door: ReadOnly, request: HttpRequest, statement: Statement, report: Report | None = None
) -> HttpResponse:
    """A statement in its context with the form that decides; on POST, the decision."""
    user = request.user
    if not isinstance(user, User) or not door.has_view_permission(request):
        raise PermissionDenied
    form = DecisionForm(request.POST if request.method == "POST" else None)
    decided = _decided(request, form, statement, report) if form.is_valid() else None
    if decided is not None:
        return decided
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": (gettext("Report of %(label)s") if report else gettext("Statement %(label)s"))
        % {"label": statement.label},
        "case": moderation.case(statement, user),
        "statement": statement,
        "report": report,
        "form": form,
        "choices": _choices(statement, report),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return TemplateResponse(request, "admin/debate/case.html", context, status=status)


def _choices(statement: Statement, report: Report | None) -> list[tuple[str, str]]:
    """What can be done now, and the word on its button."""
    if statement.hidden_at is not None:
        return [(Act.RESTORE, gettext("Restore it"))]
    if report is not None and report.state == ReportState.OPEN:
        return [(Act.HIDE, gettext("Hide it")), (Act.DISMISS, gettext("Dismiss the report"))]
    return [(Act.HIDE, gettext("Hide it"))]


def _decided(
    request: HttpRequest, form: DecisionForm, statement: Statement, report: Report | None
) -> HttpResponse | None:
    """Carry the decision out and go back; None where it was refused, with the form saying why."""
    act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
    try:
        made = _act(act, statement, report, by=request.user, reason=reason)
    except Conflict as conflict:
        messages.error(
            request, gettext("%(conflict)s Nothing was changed by you.") % {"conflict": conflict}
        )
        return redirect(request.path)
    except ValidationError as error:
        form.add_error(None if act == Act.DISMISS and report is None else "reason", error.messages)
        return None
    except PermissionDenied as error:
        form.add_error("reason", str(error))
        return None
    messages.success(request, f"{statement.label}: {made.get_act_display().lower()}.")
    return redirect("admin:debate_report_changelist" if report else request.path)


def _act(
    act: str, statement: Statement, report: Report | None, *, by: Any, reason: str
) -> ModerationAct:
    if act == Act.HIDE:
        return actions.hide(statement, by=by, reason=reason)
    if act == Act.RESTORE:
        return actions.restore(statement, by=by, reason=reason)
    if report is None:
        raise ValidationError(gettext("There is no report here to dismiss."))
    return actions.dismiss(report, by=by, reason=reason)


# ---- the nouns
def question_of(debate: Debate, row: Any) -> str:
    """The question, where the debate is seen: the row is one that `moderation.placed` has read."""
    return debate.question if vars(row)["is_seen"] else gettext("A private debate")


@admin.register(Report)
class ReportAdmin(ReadOnly):
    """The queue: open reports first, the oldest first."""

    list_display = ("age", "state", "reason", "label", "question", "author", "reporter")
    list_filter = ("state", "reason")
    list_select_related = ("statement__debate", "statement__author", "reporter")
    ordering: ClassVar[Any] = (OPEN_FIRST, "created_at")
    search_fields = ("note", "statement__author__username", "reporter__username")

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, report: Report) -> str:
        """How long ago it was made."""
        return timesince(report.created_at)

    @admin.display(description=gettext_lazy("statement"))
    def label(self, report: Report) -> str:
        """The label of the statement."""
        return report.statement.label

    @admin.display(description=gettext_lazy("debate"))
    def question(self, report: Report) -> str:
        """The question of the debate."""
        return question_of(report.statement.debate, report)

    @admin.display(description=gettext_lazy("written by"))
    def author(self, report: Report) -> str:
        """The name of the statement's author."""
        return report.statement.author.told_name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give all reports, with whether their debates are seen."""
        return moderation.placed(super().get_queryset(request), "statement__debate", request.user)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The report, the statement in its context, and the decision."""
        report = self.get_object(request, unquote(object_id))
        if report is None:
            raise Http404
        return case_page(self, request, report.statement, report)


@admin.register(ModerationAct)
class ModerationActAdmin(ReadOnly):
    """The log, as it is; the same acts are public."""

    list_display = ("created_at", "act", "statement_link", "question", "moderator", "reason")
    list_filter = ("act", ("moderator", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("debate", "moderator")
    search_fields = ("reason", "moderator__username")
    fields = ("created_at", "act", "statement_link", "question", "moderator", "reason")
    readonly_fields = ("statement_link", "question")

    @admin.display(description=gettext_lazy("statement"))
    def statement_link(self, act: ModerationAct) -> str:
        """Link to the statement in its context."""
        if act.statement_id is None:
            return act.label or "–"
        address = reverse("admin:debate_statement_change", args=[act.statement_id])
        return format_html('<a href="{}">{}</a>', address, act.label)

    @admin.display(description=gettext_lazy("debate"))
    def question(self, act: ModerationAct) -> str:
        """The question of the debate."""
        return question_of(act.debate, act) if act.debate else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the acts in reach, with what their rows show."""
        acts = super().get_queryset(request).filter(moderation.acts_in_reach(request.user))
        acts = acts.select_related("debate", "moderator")
        return moderation.placed(acts, "debate", request.user)
