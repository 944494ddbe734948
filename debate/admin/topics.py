from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from accounts.admin import ReadOnly
from debate import rules
from debate.actions import topics as actions
from debate.models import Topic

if TYPE_CHECKING:  # the class is generic to the type checker only
    TopicModelForm = forms.ModelForm[Topic]
else:
    TopicModelForm = forms.ModelForm


class TopicForm(TopicModelForm):
    """A topic's name and description, as the actions will take them."""

    class Meta:
        model = Topic
        fields = ("name", "description")
        widgets: ClassVar[Any] = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar[Any] = {
            "name": gettext_lazy(
                "With another topic\u2019s name it becomes that one, in all its debates."
            )
        }

    def clean(self) -> dict[str, Any]:
        """Say what the action would refuse."""
        sent = super().clean() or self.cleaned_data
        if "name" in sent and "description" in sent:
            _, slug, _ = actions.checked(sent["name"], sent["description"])
            if self.instance.pk is None and Topic.objects.filter(slug=slug).exists():
                raise ValidationError({"name": gettext("There is such a topic already.")})
        return sent

    def validate_unique(self) -> None:
        """Let another topic's name pass: the two become one."""


@admin.register(Topic)
class TopicAdmin(ReadOnly):
    """The topics: moderators make, rename, describe, merge and remove them, by the actions."""

    form = TopicForm
    list_display = ("name", "description", "created_at")
    search_fields = ("name", "description")
    ordering = ("name",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether topics can be made: by moderators."""
        return rules.may_moderate(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether topics can be changed: by moderators."""
        return rules.may_moderate(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether topics can be removed: by moderators; their debates stay."""
        return rules.may_moderate(request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make or change the topic, by the actions."""
        by: Any = request.user
        sent = {name: form.cleaned_data[name] for name in ("name", "description")}
        if change:
            actions.change(Topic.objects.get(pk=obj.pk), by=by, **sent)
        else:
            obj.pk = actions.make(by=by, **sent).pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove the topic, by the action."""
        by: Any = request.user
        actions.remove(obj, by=by)
