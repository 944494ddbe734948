"""What a page can do or show, the API can: by names of addresses, and by the fields of forms."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from debate.api.schema import document
from debate.web import debate_forms
from debate.web import forms as pages
from tests.test_house import names_of

SHOWN: dict[str, str] = {  # pages that show something, and what of the API does
    "home-detail": "debate-list",
    "debate-list": "debate-list",
    "debate-detail": "statement-list",
    "exchange-detail": "turn-list",
    "open-list": "open-list",
    "event-list": "event-list",
    "search-list": "search-list",
    "topic-list": "topic-list",
    "topic-detail": "topic-detail",
    "participation-list": "participation-list",
    "invitation-detail": "invitation-detail",
    "notification-list": "notification-list",
    "following-list": "following-list",
    "statement-detail": "statement-detail",
    "statement-marks": "statement-marks",
    "revision-detail": "revision-detail",
    "mark-list": "mark-list",
    "person-detail": "person-detail",
    "person-debates": "person-debates",
    "person-open": "person-open",
    "person-minds": "person-minds",
    "person-changes": "person-changes",
    "export-detail": "export-file",
    "debate-feed-detail": "event-list",
    "statement-feed-detail": "event-list",
    "person-feed-detail": "person-statements",
    "live-detail": "event-list",
    "change-list": "event-list",
    "act-detail": "act-detail",
    "crux-list": "analysis-detail",
    "download-detail": "download-detail",
    "download-list": "download-list",
    "drawing-detail": "map-detail",
    "ground-list": "analysis-detail",
    "held-list": "held-list",
    "import-detail": "import-detail",
    "loss-list": "loss-list",
    "map-detail": "map-detail",
    "moderation-log": "moderation-log",
    "moderation-feed-detail": "moderation-log",
    "moderation-table-detail": "moderation-log",
    "own-suspension-detail": "me",
    "proposal-detail": "proposal-detail",
    "proposal-list": "proposal-list",
    "report-list": "report-list",
    "standing-detail": "analysis-detail",
    "webhook-detail": "delivery-list",
    "webhook-list": "webhook-list",
    "what-if-detail": "what-if-detail",
    "why-detail": "why-detail",
    "you-detail": "you-detail",
}
ALONE = {  # pages that show what is for people and browsers alone
    "row-list": "parts of pages",
    "unsubscription-detail": "where the link in a mail leads; the API has me/mails/",
    "leaving-detail": "a goodbye",
    "unsent-detail": "a form that was sent by who was not signed in",
    "help-detail": "the site's own words",
    "about-detail": "the site's own words",
    "terms-detail": "the site's own words",
    "privacy-detail": "the site's own words",
    "policy-detail": "the site's own words",
    "structure-detail": "the way to forms, each of which the API has",
}
FORMS: list[tuple[type[forms.Form], str]] = [
    (pages.ReplyForm, "statement-reply"),
    (pages.CruxForm, "crux-create"),
    (pages.DropForm, "crux-drop"),
    (pages.HideForm, "statement-hide"),
    (pages.RelianceForm, "statement-rely"),
    (pages.EditForm, "statement-edit"),
    (pages.ReportForm, "statement-report"),
    (pages.LeaveForm, "account-leave"),
    (pages.MemberForm, "participation-add"),
    (pages.RoleForm, "participation-change"),
    (pages.InvitationForm, "invitation-create"),
    (pages.SuspensionForm, "suspension-create"),
    (pages.PaceForm, "mail-choose"),
    (debate_forms.StateForm, "debate-set-state"),
    (debate_forms.SettingsForm, "debate-change"),
    (debate_forms.NameForm, "statement-rename"),
]
OTHERWISE: dict[str, dict[str, str]] = {  # fields that the API has elsewhere, or by another name
    "": {"key": "Idempotency-Key", "under": "where on the page"},
    "statement-reply": {
        "before": "quote.prefix",
        "after": "quote.suffix",
        "version": "points/<key>/",
    },
    "account-leave": {"username": "typed to be sure"},
    "suspension-create": {"days": "until"},
    "debate-change": {"other_topics": "topics"},
}


def shown() -> set[str]:
    reads = ("-list", "-detail", "-marks", "-log", "person-debates", "person-open")
    more = ("person-minds", "person-changes")
    return {name for name in names_of("debate") if name.endswith((*reads, *more))}


def test_everything_that_a_page_shows_is_read_in_the_api() -> None:
    operations = {
        operation["operationId"]
        for operations in document()["paths"].values()
        for operation in operations.values()
    }
    assert shown() - set(ALONE) == set(SHOWN)
    assert set(SHOWN.values()) <= operations


def taken(name: str) -> set[str]:
    """The fields that an operation takes."""
    for operations in document()["paths"].values():
        for operation in operations.values():
            if operation["operationId"] == name:
                shape: dict[str, Any] = operation["requestBody"]["content"]["application/json"]
                schema = shape["schema"]
                if "$ref" in schema:
                    schema = document()["components"]["schemas"][schema["$ref"].split("/")[-1]]
                return set(schema["properties"])
    raise AssertionError(name)


@pytest.mark.parametrize(("form", "name"), FORMS, ids=[name for _, name in FORMS])
def test_every_field_of_a_form_is_one_of_the_api(form: type[forms.Form], name: str) -> None:
    elsewhere = {**OTHERWISE[""], **OTHERWISE.get(name, {})}
    assert set(form.base_fields) - set(elsewhere) <= taken(name)


def test_every_other_form_is_known() -> None:
    for module in (pages, debate_forms):
        found = {
            one
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, forms.Form) and one.base_fields
        }
        missing = found - {form for form, _ in FORMS} - {pages.FilterForm}
        assert {form.__name__ for form in missing} <= COMPARED_BY_HAND


COMPARED_BY_HAND = {"DebateForm", "OutlineForm", "LogForm"}
"""Forms with parts that repeat, whose fields tests/test_doors_settings.py sends by both doors."""
