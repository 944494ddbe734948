"""Rows of the table of rights about webhooks."""

from __future__ import annotations

from tests.rights.table import OWNER, SIGNED_IN, Row

HOOK = (("pk", "own webhook"),)
SENT = (*HOOK, ("delivery", "own delivery"))
URL = {"url": "https://hooks.example.org/crux"}
ADDRESS = {"address": "https://hooks.example.org/crux"}
OFF = {"is_active": "no"}

CALLS = [
    Row("debate:webhook-list", "GET", SIGNED_IN, within=False),
    Row("debate:webhook-create", "POST", SIGNED_IN, lambda place, who: URL, within=False),
    Row("debate:webhook-detail", "GET", OWNER, at=HOOK, within=False),
    Row("debate:webhook-change", "GET", OWNER, at=HOOK, within=False),
    Row("debate:webhook-change", "POST", OWNER, lambda p, who: URL, at=HOOK, within=False),
    Row("debate:webhook-switch", "POST", OWNER, lambda p, who: OFF, at=HOOK, within=False),
    Row("debate:webhook-remove", "POST", OWNER, at=HOOK, within=False),
    Row("debate:webhook-renew-key", "POST", OWNER, at=HOOK, within=False),
    Row("debate:webhook-test", "POST", OWNER, at=HOOK, within=False),
    Row("debate:delivery-replay", "POST", OWNER, at=SENT, within=False),
    Row("api:webhook-list", "GET", SIGNED_IN, within=False),
    Row("api:webhook-create", "POST", SIGNED_IN, lambda p, who: ADDRESS, within=False),
    Row("api:webhook-detail", "GET", OWNER, at=HOOK, within=False),
    Row("api:webhook-change", "PATCH", OWNER, lambda p, who: ADDRESS, at=HOOK, within=False),
    Row("api:webhook-remove", "DELETE", OWNER, at=HOOK, within=False),
    Row(
        "api:webhook-switch",
        "PUT",
        OWNER,
        lambda place, who: {"is_active": False},
        at=HOOK,
        within=False,
    ),
    Row("api:webhook-renew-key", "PUT", OWNER, at=HOOK, within=False),
    Row("api:delivery-list", "GET", OWNER, at=HOOK, within=False),
    Row("api:webhook-test", "POST", OWNER, at=HOOK, within=False),
    Row("api:delivery-replay", "PUT", OWNER, at=SENT, within=False),
]
