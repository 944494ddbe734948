"""Background jobs that failed, for administrators (superusers)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.admin import ReadOnly
from debate import rules
from debate.actions import jobs
from debate.actions.refusals import Conflict
from debate.models import JobFailure

STATES = {
    "todo": gettext_lazy("is tried again"),
    "doing": gettext_lazy("is under way"),
    "failed": gettext_lazy("given up"),
}


@admin.register(JobFailure)
class JobFailureAdmin(ReadOnly):
    """What failed, the latest first, with the error and what becomes of it."""

    list_display = ("name", "error", "failed_at", "state", "tries")
    list_filter = ("name",)
    search_fields = ("name", "error")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether it is on the front page: for administrators."""
        return bool(rules.may_see_jobs(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows can be looked at: by administrators."""
        return bool(rules.may_see_jobs(request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the failures with what the queue says of their jobs."""
        job = ProcrastinateJob.objects.filter(pk=OuterRef("job"))
        told = {"_status": job.values("status"), "_tries": job.values("attempts")}
        asked = {name: Subquery(value) for name, value in told.items()}
        found: QuerySet[Any] = super().get_queryset(request).annotate(**asked)
        return found

    @admin.display(description=gettext_lazy("now"))
    def state(self, failure: Any) -> str:
        """What becomes of the job."""
        status = failure._status
        return STATES.get(status, status) if status else gettext("not there any more")

    @admin.display(description=gettext_lazy("tries"))
    def tries(self, failure: Any) -> int:
        """How often it was tried."""
        return failure._tries or 0

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The failure; on POST, the job is tried again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        failure = self.get_object(request, unquote(object_id))
        if failure is None:
            raise Http404
        if request.method == "POST":
            return _retried(request, failure)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Failed job %(failure)s") % {"failure": failure},
            "failure": failure,
            "tries": self.tries(failure),
            "state": self.state(failure),
            "may_retry": failure._status == "failed",
        }
        return TemplateResponse(request, "admin/debate/failure.html", context)


def _retried(request: HttpRequest, failure: JobFailure) -> HttpResponse:
    by: Any = request.user  # whose permission was checked
    try:
        jobs.retry(failure, by=by)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("%(name)s is tried again now.") % {"name": failure.name})
    return redirect("admin:debate_jobfailure_changelist")
