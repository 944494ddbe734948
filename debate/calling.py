"""Who may have addresses called for what happens: predicates, no writes."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import User
from accounts.rules import may_sign_in
from debate.models import Webhook
from debate.rules import YES, Answer, no

IN_USE = Q(is_active=True, account__is_active=True) & (
    Q(account__owner=None) | Q(account__owner__is_active=True)
)
"""Webhooks that are on, of accounts that may have them: `may_have_webhooks` for a query."""


def may_have_webhooks(user: User) -> Answer:
    """Whether the account may have addresses called: people and bots that can sign in."""
    return YES if may_sign_in(user) else no("This account is suspended.")


def may_keep_webhook(webhook: Webhook, user: User) -> Answer:
    """Whether the account may see and change a webhook: its own, and those of its bots."""
    is_theirs = user.pk in (webhook.account_id, webhook.account.owner_id)
    if not is_theirs:
        return no(gettext("This webhook is somebody else's."))
    return may_have_webhooks(user)
