"""Webhooks: making, changing and removing them, new keys, tests, and sending something again."""

from __future__ import annotations

import base64
import contextlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.sealing import seal, unseal
from debate import calling, rules
from debate.actions import outgoing
from debate.actions.refusals import Conflict
from debate.models import Debate, Delivery, Webhook
from debate.models.events import EventKind
from debate.models.webhooks import URL_MAX, DeliveryState

MOST = 10
"""How many webhooks an account can have."""
TESTS_MOST = 20
"""How many tests may wait at a time."""
FORMER_KEY = timedelta(hours=24)
"""How long the keys before still sign, so that a receiver can change over."""
FORMER_MOST = 3
"""How many of them at most."""
KEY_BYTES = 32
PREFIX = "whsec_"


def create(
    *, by: User, url: str, debate: Debate | None = None, kinds: Collection[str] = ()
) -> tuple[Webhook, str]:
    """Have an address called for each event from now on; gives the webhook, and its key, once.

    Raises PermissionDenied; ValidationError (url, kinds); Conflict where there are enough.
    """
    rules.require(calling.may_have_webhooks(by))
    _check(url, kinds)
    key = _new_key()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
        if by.webhooks.count() >= MOST:
            raise Conflict(
                gettext("An account has at most %(most)s webhooks. Remove one first.")
                % {"most": MOST}
            )
        made = Webhook.objects.create(
            account=by, url=url, debate=debate, kinds=sorted({*kinds}), key=seal(key)
        )
    return made, key


def change(
    webhook: Webhook,
    *,
    by: User,
    url: str | None = None,
    kinds: Collection[str] | None = None,
    is_active: bool | None = None,
) -> Webhook:
    """Change what is called, or for what, or switch it off and on; None leaves it as it is.

    Switched on, it begins with what happens then; what still waited goes on. Raises as `create`.
    """
    rules.require(calling.may_keep_webhook(webhook, by))
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
        _check(url, () if kinds is None else kinds)  # it may have become unfit: off it goes still
        webhook.url = webhook.url if url is None else url
        webhook.kinds = webhook.kinds if kinds is None else sorted({*kinds})
        if is_active and not webhook.is_active:
            webhook.on_again_at = timezone.now()
        if is_active is not None:
            webhook.is_active = is_active
        webhook.failures, webhook.failing_since, webhook.rests_until = 0, None, None
        webhook.save()
    return webhook


def remove(webhook: Webhook, *, by: User) -> None:
    """Remove a webhook with its log; what waits is not sent. Raises PermissionDenied."""
    rules.require(calling.may_keep_webhook(webhook, by))
    webhook.delete()


def renew_key(webhook: Webhook, *, by: User) -> str:
    """Sign with a new key, and for a day after it with those before; gives the new one, once.

    Asked for twice, as when the first answer was lost, the key that the receiver has still signs.
    Raises PermissionDenied.
    """
    rules.require(calling.may_keep_webhook(webhook, by))
    key = _new_key()
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
        former = [webhook.key, *_former(webhook)][:FORMER_MOST]
        webhook.former_key, webhook.key = " ".join(former), seal(key)
        webhook.former_key_until = timezone.now() + FORMER_KEY
        webhook.save(update_fields=["key", "former_key", "former_key_until"])
    return key


def test(webhook: Webhook, *, by: User) -> Delivery:
    """Have a message sent that tells of no event.

    Raises PermissionDenied; Conflict where the webhook is off, or enough tests wait.
    """
    rules.require(calling.may_keep_webhook(webhook, by))
    with transaction.atomic():
        webhook = _in_use(webhook)
        waiting = webhook.deliveries.filter(event=None, state=DeliveryState.WAITING)
        if waiting.count() >= TESTS_MOST:
            raise Conflict(gettext("Enough tests wait already."))
        return Delivery.objects.create(webhook=webhook)


def replay(delivery: Delivery, *, by: User) -> Delivery:
    """Send something again, under the same id, as its receiver may have lost it.

    Raises PermissionDenied; Conflict where the webhook is off, or it waits to be sent anyway.
    """
    rules.require(calling.may_keep_webhook(delivery.webhook, by))
    with transaction.atomic():
        _in_use(delivery.webhook)
        delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if delivery.state == DeliveryState.WAITING:
            raise Conflict(gettext("This waits to be sent already."))
        delivery.state, delivery.due_at = DeliveryState.WAITING, timezone.now()
        delivery.tries, delivery.ended_at = 0, None
        delivery.save(update_fields=["state", "due_at", "tries", "ended_at"])
    return delivery


def keys(webhook: Webhook) -> list[str]:
    """The keys that sign what is sent now, the present one first.

    Without a former one that cannot be read any more; raises InvalidToken where the present one
    cannot.
    """
    found = [unseal(webhook.key)]
    for former in _former(webhook):
        with contextlib.suppress(InvalidToken):
            found.append(unseal(former))
    return found


def _former(webhook: Webhook) -> list[str]:
    """The keys before that still sign, sealed, the latest first."""
    is_kept = webhook.former_key_until and webhook.former_key_until > timezone.now()
    return webhook.former_key.split() if is_kept else []


def _in_use(webhook: Webhook) -> Webhook:
    webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if not webhook.is_active:
        raise Conflict(gettext("This webhook is switched off. Switch it on first."))
    return webhook


def _new_key() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _check(url: str | None, kinds: Collection[str]) -> None:
    problems: dict[str, str] = {}
    if url is not None and len(url) > URL_MAX:
        problems["url"] = gettext("Use at most %(most)s characters.") % {"most": URL_MAX}
    elif url is not None and (refusal := outgoing.refusal_of(url)):
        problems["url"] = REFUSALS[refusal]()
    if not {*kinds} <= {*EventKind.values}:
        problems["kinds"] = gettext("Choose kinds of events that there are.")
    if problems:
        raise ValidationError(dict(problems))


def _ports() -> str:
    ports = sorted({*settings.WEBHOOKS_PORTS})
    return ngettext(
        "Webhooks can call port %(ports)s only.",
        "Webhooks can call these ports only: %(ports)s.",
        len(ports),
    ) % {"ports": ", ".join(map(str, ports))}


REFUSALS = {
    "unreadable": lambda: gettext(
        "Write an address such as https://example.org/hook: in plain letters, "
        "without a name or a password in it, and without a #."
    ),
    "https": lambda: gettext("The address must begin with https://."),
    "inside": lambda: gettext("This address is not on the public internet."),
    "port": _ports,
}
