"""What is left of the limits: in the headers of an answer, and in words of its own at `me/`.

The headers are those of the IETF's draft 'RateLimit header fields for HTTP'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from rest_framework import serializers
from rest_framework.request import Request

from accounts import limits
from accounts.limits import Budget, Deed, Left
from accounts.models import ApiToken, User
from accounts.spending import left
from debate.selectors import proposals


class LimitOut(serializers.Serializer[Any]):
    """How much of a limit is left."""

    name = serializers.CharField(help_text="As in the RateLimit headers.")
    of = serializers.CharField(help_text="Of what, in words.")
    most = serializers.IntegerField()
    seconds = serializers.IntegerField(help_text="Within how many seconds.")
    left = serializers.IntegerField()
    resets_in = serializers.IntegerField(
        help_text="In how many seconds all of it is there again; 0 where nothing is used."
    )


def of_request(request: Request) -> list[Budget]:
    """What a request that changes something uses up."""
    return limits.of_request(
        "api",
        account=request.user if isinstance(request.user, User) else None,
        token=request.auth.pk if isinstance(request.auth, ApiToken) else None,
        address=get_adapter().get_client_ip(request._request),
        sent={},
    )


def headers(found: Sequence[Left]) -> dict[str, str]:
    """What is left, as headers; none where nothing is limited."""
    if not found:
        return {}
    policies = (
        f'"{o.budget.name}";q={o.budget.rate.most};w={o.budget.rate.seconds}' for o in found
    )
    states = (f'"{o.budget.name}";r={o.number};t={o.seconds}' for o in found)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}


def of_user(request: Request, user: User) -> list[dict[str, Any]]:
    """What is left to an account, as LimitOut: of requests, of each deed, of files. 3 queries."""
    budgets = of_request(request)
    for deed in Deed:
        is_bots = deed == Deed.PROPOSALS and user.is_bot and limits.level(user) is not None
        most = proposals.record(user).quota if is_bots else None
        budgets += limits.of_deed(user, deed, most=most)
    if not user.is_bot:
        budgets += [*limits.of_export(user), *limits.of_import(user)]
    return [
        {
            "name": one.budget.name,
            "of": one.budget.of,
            "most": one.budget.rate.most,
            "seconds": one.budget.rate.seconds,
            "left": one.number,
            "resets_in": one.seconds,
        }
        for one in left(budgets)
    ]
