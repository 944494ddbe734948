"""Whatever is typed into whatever field: it is kept as it is, or refused with a reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from tests.hostility import doors, sending
from tests.hostility.payloads import ALL
from tests.hostility.sending import Form

pytestmark = pytest.mark.django_db
ODD = (ALL, "Å E\u0301 \u2126 \u202eabc 😀\u200d \u0600 {{x}} %s \\ ' \" --")
NUL = "a\0b"
BASES = ("debate.web.debate_forms.OutlineForm", "debate.web.import_forms.SaidForm")
QUERIES = ("debate.web.forms.FilterForm", "debate.web.debate_forms.LogForm")
SECRETS = (
    "accounts.entrance.NewPassword",
    "accounts.entrance.Code",
    "accounts.entrance.CodeAgain",
    "accounts.admin.PasswordForm",
)
NOT_SENT = {
    **dict.fromkeys(BASES, "what other forms are made of"),
    **dict.fromkeys(QUERIES, "asked for behind a question mark: the pages are crawled with them"),
    **dict.fromkeys(SECRETS, "of which nothing is kept but a hash"),
}

OF_PACKAGES = (
    "account_change_password accounts.entrance.OtherPassword.oldpassword",
    "account_change_password accounts.entrance.OtherPassword.password1",
    "account_change_password accounts.entrance.OtherPassword.password2",
    "account_login accounts.entrance.SignIn.login",
    "account_login accounts.entrance.SignIn.password",
    "account_reauthenticate allauth.account.forms.ReauthenticateForm.password",
    "account_reset_password allauth.account.forms.ResetPasswordForm.email",
    "account_reset_password_from_key allauth.account.forms.UserTokenForm.key",
    "account_reset_password_from_key allauth.account.forms.UserTokenForm.uidb36",
    "account_signup accounts.entrance.Join.email",
    "account_signup accounts.entrance.Join.password1",
    "account_signup accounts.entrance.Join.username",
    "admin:debate_reasontemplate_add django.forms.widgets.ReasonTemplateForm.name",
    "admin:debate_reasontemplate_add django.forms.widgets.ReasonTemplateForm.text",
    "admin:debate_topic_add debate.admin.topics.TopicForm.description",
    "admin:debate_topic_add debate.admin.topics.TopicForm.name",
    "admin:debate_topic_change debate.admin.topics.TopicForm.description",
    "admin:debate_topic_change debate.admin.topics.TopicForm.name",
    "admin:debate_watchedword_add .does",
    "admin:debate_watchedword_add django.forms.widgets.WatchedWordForm.told",
    "admin:debate_watchedword_add django.forms.widgets.WatchedWordForm.words",
    "mfa_activate_totp allauth.mfa.totp.forms.ActivateTOTPForm.code",
    "mfa_add_webauthn accounts.entrance.NewPasskey.credential",
    "mfa_add_webauthn accounts.entrance.NewPasskey.name",
    "mfa_edit_webauthn accounts.entrance.PasskeyName.name",
)
"""They answer 200 with an error: to all that is wrong for them, the admin only to a NUL."""
CHOICES = (
    "admin:queue-filter .name",  # with a NUL in it: a message says so
    "debate:debate-follow .level",
    "debate:import-confirm .question",
    "debate:import-confirm .visibility",
    "debate:import-discard .question",
    "debate:import-discard .visibility",
    "debate:person-follow .level",
    "debate:point-keep .kind",
    "debate:proposal-create .kind",
    "debate:statement-follow .level",
    "debate:statement-reply debate.web.forms.ReplyForm.on",
    "debate:statement-reply debate.web.forms.ReplyForm.under",
    "debate:turn-publish .then",
    "debate:webhook-switch .is_active",
)
"""One of a few things, or sent along by another button of the same form: nobody types them."""
HANDLED = (
    "api:import-create import-create.name",  # what stands behind the last slash is kept
    "debate:crux-create debate.web.forms.CruxForm.key",
    "debate:debate-create debate.web.debate_forms.DebateForm.key",
    "debate:invitation-create debate.web.forms.InvitationForm.key",
    "debate:proposal-create debate.web.proposal_forms.ProposalForm.key",
    "debate:statement-reply debate.web.forms.ReplyForm.after",
    "debate:statement-reply debate.web.forms.ReplyForm.before",
    "debate:statement-reply debate.web.forms.ReplyForm.key",
    "debate:turn-publish .key",
)
"""Of which something else is kept: keys against sending twice, the words around a quotation."""
NOT_KEPT = frozenset(f"POST {name}" for name in (*OF_PACKAGES, *CHOICES, *HANDLED))
"""Fields whose words are taken and rightly written nowhere, as `Form.name` has them."""


def all_forms() -> Iterator[Form]:
    there = sending.world_to_write_in()
    yield from sending.of_the_api(there)
    yield from sending.of_the_pages(there)


def composed(words: str) -> str:
    """The words with composed letters and one kind of line end."""
    return unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))


def is_kept(words: str, written: set[str]) -> bool:
    """Whether the words were written, but for spaces around them; spaces alone need not be."""
    whole = composed(words).strip()
    return not whole or whole in {one.strip() for one in map(composed, written)}


def is_lost(words: str, written: set[str]) -> bool:
    """Whether nothing was written that begins as the words do."""
    return not any(composed(words).strip()[:12] in composed(one) for one in written)


def test_every_text_of_every_door_is_tried_and_none_breaks_it() -> None:
    tried, broken, changed, lost = set(), [], [], set()
    for form in all_forms():
        tried.add((form.kind, form.at[-1]))
        for words in (*ODD, NUL):
            found = form.send(words)
            if found.status >= 500 or (NUL in "".join(found.written)):
                broken.append((form.name, words, found.status))
            if found.status >= 400 or is_kept(words, found.written):
                continue
            if is_lost(words, found.written):
                lost.add(form.name)
            else:
                changed.append((form.name, words, found.status))
    assert broken == []
    assert changed == []
    assert lost == NOT_KEPT, "\n".join(sorted(lost ^ NOT_KEPT))
    assert len(tried) > 150
    assert untried(tried) == []


def untried(tried: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The texts of our forms into which nothing was put."""
    found = []
    for form_class in doors.forms_of_ours():
        kind = f"{form_class.__module__}.{form_class.__name__}"
        for name, field in getattr(form_class, "base_fields", {}).items():
            known = kind in NOT_SENT or name == "username" or (kind, name) in tried
            if doors.is_text(field) and not known:
                found.append((kind, name))
    return found
