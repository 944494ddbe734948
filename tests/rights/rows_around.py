"""Rows of the table of rights that belong to no debate: accounts, the admin, the site."""

from __future__ import annotations

from tests.rights.table import (
    BEGUN,
    BY_FACTOR,
    FACTOR,
    MODERATE,
    NOT_THERE,
    OPEN,
    OWN_EXPORT,
    OWNER,
    SIGNED_IN,
    SUPERUSERS,
    SUSPENDED,
    TOKENS,
    UNUSED,
    UNUSED_THERE,
    WATCHING,
    Row,
)

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
LEAVE = {"statements": "keep", "password": "correct horse"}


PROGRAMS = [Row("mcp", "POST", TOKENS, lambda place, who: LIST, within=False)]

ACCOUNT = [
    Row("accounts:overview", "GET", SIGNED_IN, within=False),
    Row("accounts:names", "GET", SIGNED_IN, within=False),
    Row(
        "accounts:names",
        "POST",
        SIGNED_IN,
        lambda place, who: {
            "name": "Quite New",
            "username": who.person.username if who.person else "x",
        },
        within=False,
    ),
    Row("accounts:tastes", "GET", SIGNED_IN, within=False),
    Row(
        "accounts:tastes",
        "POST",
        SIGNED_IN,
        lambda place, who: {"time_zone": "Asia/Tokyo"},
        within=False,
    ),
    Row("accounts:access", "GET", SIGNED_IN, within=False),
    Row("accounts:bots", "GET", OPEN, within=False),
    Row("accounts:bots", "POST", OPEN, within=False),
    Row("accounts:language", "GET", OPEN, within=False),
    Row("accounts:language", "POST", OPEN, within=False),
    Row("debate:unsent-detail", "GET", SIGNED_IN, within=False),
    # ---- taking along and leaving
    Row("debate:export-start", "GET", SIGNED_IN, within=False),
    Row("debate:export-start", "POST", SIGNED_IN, within=False),
    Row("debate:export-detail", "GET", OWN_EXPORT, within=False),
    Row("debate:account-leave", "GET", SIGNED_IN, within=False),
    Row("debate:account-leave", "POST", SIGNED_IN, lambda place, who: LEAVE, within=False),
    Row("debate:leaving-detail", "GET", OPEN, within=False),
    Row(
        "accounts:bot-create",
        "POST",
        SIGNED_IN,
        lambda p, who: {"username": "bot-1"},
        within=False,
    ),
    Row(
        "accounts:bot-change",
        "POST",
        OWNER,
        lambda place, who: {"name": "Sorter"},
        at=(("username", "own-bot"),),
        within=False,
    ),
    Row(
        "accounts:token-create",
        "POST",
        SIGNED_IN,
        lambda place, who: {
            "account": who.person.pk if who.person else 0,
            "name": "A",
            "scopes": "read",
            "expiry": "30",
        },
        within=False,
    ),
    Row("accounts:token-revoke", "POST", OWNER, at=(("pk", "own token"),), within=False),
    # ---- allauth: pages for who is signed out; those for who is signed in; the rest is for all
    *(
        Row(f"account_{name}", method, SIGNED_IN, within=False)
        for name in ("email", "change_password", "set_password", "reauthenticate")
        for method in ("GET", "POST")
    ),
    Row("account_confirm_login_code", "GET", SIGNED_IN, within=False),
    Row("account_confirm_login_code", "POST", SIGNED_IN, within=False),
    # ---- two factors, other sites' accounts, sessions: who asks is often asked to confirm it
    Row("mfa_deactivate_totp", "GET", FACTOR, within=False),
    Row("mfa_deactivate_totp", "POST", FACTOR, within=False),
    Row("mfa_view_recovery_codes", "GET", FACTOR, within=False),
    Row("mfa_download_recovery_codes", "GET", FACTOR, within=False),
    *(
        Row(f"mfa_{verb}_webauthn", method, FACTOR, within=False)
        for verb in ("edit", "remove")
        for method in ("GET", "POST")
    ),
    Row("mfa_index", "GET", SIGNED_IN, within=False),
    Row("mfa_list_webauthn", "GET", SIGNED_IN, within=False),
    *(
        Row(f"mfa_{name}", method, SIGNED_IN, within=False)
        for name in (
            *("authenticate", "login_webauthn"),
            *("activate_totp", "generate_recovery_codes", "add_webauthn"),
        )
        for method in ("GET", "POST")
    ),
    *(
        Row(f"mfa_{name}", method, BY_FACTOR, within=False)
        for name in ("reauthenticate", "reauthenticate_webauthn")
        for method in ("GET", "POST")
    ),
    Row("usersessions_list", "GET", SIGNED_IN, within=False),
    Row("usersessions_list", "POST", SIGNED_IN, within=False),
    Row("socialaccount_connections", "GET", SIGNED_IN, within=False),
    Row("socialaccount_login_error", "GET", BEGUN, within=False),
    Row("socialaccount_signup", "GET", BEGUN, within=False),
    Row("socialaccount_login_cancelled", "GET", OPEN, within=False),
    *(
        Row(f"accounts/social/{name}/", "GET", OPEN, within=False)
        for name in ("login/cancelled", "login/error", "signup", "connections")
    ),
    Row("openid_connect_login", "GET", NOT_THERE, within=False),
    Row("openid_connect_callback", "GET", NOT_THERE, within=False),
    *(
        Row(f"account_{name}", "GET", OPEN, within=False)
        for name in (
            *("signup", "login", "logout", "inactive", "email_verification_sent"),
            *("reset_password", "reset_password_done", "confirm_email"),
            *("reset_password_from_key", "reset_password_from_key_done"),
        )
    ),
    Row("account_confirm_email", "POST", NOT_THERE, within=False),
    *(
        Row(f"account_{name}", "POST", OPEN, within=False)
        for name in ("login", "logout", "signup", "reset_password", "reset_password_from_key")
    ),
]

ADMIN = [
    Row(
        "admin:queue-decide",
        "POST",
        MODERATE,
        lambda place, who: {"decide": f"report:{place.reported}:dismiss"},
        within=False,
    ),
    Row("admin:queue-filter", "POST", MODERATE, lambda p, w: {"name": "Mine"}, within=False),
    Row("admin:person-record", "GET", MODERATE, at=(("pk", "author"),), within=False),
    Row(
        "admin:person-record",
        "POST",
        MODERATE,
        lambda place, who: {"text": "Told twice."},
        at=(("pk", "author"),),
        within=False,
    ),
    Row(
        "admin:person-suspend",
        "POST",
        MODERATE,
        lambda place, who: {"days": "7", "reason": "Rude."},
        at=(("pk", "author"),),
        within=False,
    ),
    *(
        Row(f"admin:debate_{noun}_{page}", "GET", MODERATE, within=False)
        for noun, pages in (
            ("precautions", ("changelist", "history", "change")),
            ("watchedword", ("changelist", "add", "history", "delete", "change")),
            ("reasontemplate", ("changelist", "add", "history", "delete", "change")),
        )
        for page in pages
    ),
    Row("admin:debate_topic_*", "GET", MODERATE, within=False),
    Row("admin:*_add", "GET", SUPERUSERS, within=False),  # whatever there will be
    Row("admin:*_delete", "GET", SUPERUSERS, within=False),
    Row("admin:auth_user_password_change", "GET", SUPERUSERS, within=False),
    Row("admin:debate_jobfailure_*", "GET", SUPERUSERS, within=False),
    Row("admin:logout", "POST", OPEN, within=False),
    Row("admin:autocomplete", "GET", UNUSED, within=False),
    Row("admin:view_on_site", "GET", UNUSED_THERE, within=False),
    Row("admin:rest", "GET", UNUSED_THERE, within=False),
    Row("admin:login", "GET", MODERATE, within=False),
    *(
        Row(f"admin:{name}", "GET", MODERATE, within=False)
        for name in (
            *("index", "app_list", "jsi18n", "shortcut"),
            *("password_change", "password_change_done"),
            *(
                f"{noun}_{page}"
                for noun in (
                    *("accounts_user", "accounts_rename", "debate_debate", "debate_statement"),
                    *("debate_report", "debate_moderationact", "debate_held"),
                    *("debate_hiddenlook", "debate_personnote"),
                )
                for page in ("changelist", "history", "change")
            ),
        )
    ),
]

SITE = [
    Row("debate:moderation-table-detail", "GET", OPEN, within=False),
    Row("debate:report-list", "GET", SIGNED_IN, within=False),
    Row("debate:own-suspension-detail", "GET", SUSPENDED, within=False),
    Row(
        "api:person-suspend",
        "POST",
        MODERATE,
        lambda place, who: {"reason": "Rude."},
        within=False,
        more=True,
    ),
    Row("debate:held-list", "GET", SIGNED_IN, within=False),
    Row("debate:held-withdraw", "POST", OWNER, at=(("pk", "held"),), within=False),
    Row("api:moderation-log", "GET", OPEN, within=False),
    Row("api:report-list", "GET", SIGNED_IN, within=False),
    Row("api:held-list", "GET", SIGNED_IN, within=False),
    Row("api:bot-list", "GET", SIGNED_IN, within=False),
    Row("api:held-withdraw", "DELETE", OWNER, at=(("pk", "held"),), within=False),
    Row("api:queue-list", "GET", MODERATE, within=False, more=True),
    Row(
        "api:queue-decide",
        "PUT",
        MODERATE,
        lambda place, who: {"act": "dismiss", "reason": "So."},
        at=(("pk", "debate_report"),),
        within=False,
        more=True,
    ),
    Row("healthz", "GET", OPEN, within=False),
    Row("readyz", "GET", OPEN, within=False),
    Row("metrics", "GET", WATCHING, within=False),
]
