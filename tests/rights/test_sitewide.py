"""Who is suspended from the whole site writes at no address, but for what is their own."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import sitewide
from tests.rights import world
from tests.rights.rows import cells
from tests.rights.table import YES, outcome
from tests.rights.test_table import ask

pytestmark = pytest.mark.django_db

OWN = frozenset(
    """
    account_change_password account_confirm_login_code account_email account_login account_logout
    account_reauthenticate account_reset_password account_reset_password_from_key
    account_set_password account_signup mfa_activate_totp mfa_add_webauthn mfa_authenticate
    mfa_generate_recovery_codes mfa_login_webauthn mfa_reauthenticate
    mfa_reauthenticate_webauthn usersessions_list admin:logout
    accounts:bots accounts:language accounts:tastes accounts:token-create accounts:token-revoke
    api:tastes api:account-leave debate:account-leave api:export-start debate:export-start
    api:act-appeal debate:act-appeal api:held-withdraw debate:held-withdraw
    api:debate-follow api:statement-follow api:person-follow debate:debate-follow
    debate:statement-follow debate:person-follow api:debate-visit debate:debate-visit
    api:notification-read debate:notification-read api:mail-choose debate:mail-choose
    debate:unsubscription-detail
    api:webhook-change api:webhook-create api:webhook-remove api:webhook-renew-key
    api:webhook-switch api:webhook-test api:delivery-replay debate:webhook-change
    debate:webhook-create debate:webhook-remove debate:webhook-renew-key debate:webhook-switch
    debate:webhook-test debate:delivery-replay
    mcp
    """.split()
)
"""What stays open: one's account, reading and being told, appeals. Nobody else reads any of it.

At `mcp` one lists tools; what they do is asked of the API.
"""


@pytest.mark.parametrize("identity", ["author", "facilitator", "write token"])
def test_what_the_table_allows_is_refused_but_for_what_is_ones_own(identity: str) -> None:
    there = world.build()
    who = there.who[identity]
    assert who.person is not None
    mara = User.objects.get(username="moderator")
    sitewide.suspend(who.person.owner or who.person, by=mara, reason="Rude.")
    still, asked = set(), 0
    for route, row in cells():
        if row.method == "GET" or outcome(row, route.door, "public", identity) != YES:
            continue
        asked += 1
        if ask(there, there.places["public"], who, route, row) == YES:
            still.add(route.name)
    assert asked > 20
    assert not still - OWN, "\n".join(sorted(still - OWN))
