"""The rows of the table of rights. The first that fits an address and method holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.rights.routes import Route, routes
from tests.rights.rows_acts import ACTS
from tests.rights.rows_around import ACCOUNT, ADMIN, LEAVE, PROGRAMS, SITE
from tests.rights.rows_of_calls import CALLS
from tests.rights.rows_of_files import FILES
from tests.rights.rows_proposals import PROPOSALS
from tests.rights.table import (
    DROP,
    EDIT,
    FEED,
    LOOK_AFTER,
    MARK,
    NO,
    NOT_THERE,
    OPEN,
    OWN_EXPORT,
    OWNER,
    PERSONS,
    READ,
    REMOVE,
    RENAME,
    REPORT,
    REWORD,
    SIGNED_IN,
    TAKE_PART,
    WITHDRAW,
    WRITE,
    Row,
)

CRUX = (("pk", "crux"),)
POINT = {"kind": "remark", "body": "So it seems."}


def by(who: Any, **sent: Any) -> dict[str, Any]:
    """What is sent; bots say how it came about."""
    return {**sent, "generated_by": "model"} if who.is_bot else sent


def debate(place: Any, who: Any) -> dict[str, Any]:
    stand = {"own_name": "Yes", "own_body": "It should.", "visibility": "public"}
    return {"question": "Should it rain?", **stand}


def outline(place: Any, who: Any) -> dict[str, Any]:
    return {"question": "Should it snow?", "visibility": place.debate.visibility, "bots": "write"}


def _points(place: Any, who: Any) -> dict[str, Any]:
    return by(who, points=[{"to": place.claim.pk, **POINT}])


def follow(place: Any, who: Any) -> dict[str, Any]:
    return {"level": "followed"}


def pace(place: Any, who: Any) -> dict[str, Any]:
    return {"pace": "weekly"}


PAGES = [
    # ---- read by whoever may see the debate
    *(
        Row(f"debate:{name}", "GET", READ)
        for name in (
            *("debate-detail", "exchange-detail", "open-list", "event-list"),
            *("participation-list", "live-detail", "change-list", "row-list"),
            *("map-detail", "drawing-detail", "why-detail", "what-if-detail"),
            *("statement-detail", "revision-detail", "statement-marks"),
            *("standing-detail", "crux-list", "ground-list", "you-detail"),
            *("statement-detail", "revision-detail", "statement-marks", "download-list"),
        )
    ),
    # ---- following
    Row("debate:notification-list", "GET", SIGNED_IN, within=False),
    Row("debate:notification-read", "POST", SIGNED_IN, within=False),
    Row("debate:following-list", "GET", SIGNED_IN, within=False),
    Row("debate:debate-follow", "POST", TAKE_PART, follow),
    Row("debate:statement-follow", "POST", TAKE_PART, follow),
    Row("debate:person-follow", "POST", SIGNED_IN, follow, (("username", "zoe"),), within=False),
    Row("debate:mail-choose", "GET", SIGNED_IN, within=False),
    Row("debate:mail-choose", "POST", SIGNED_IN, pace, within=False),
    Row("debate:unsubscription-detail", "GET", OPEN, at=(("token", "mail key"),), within=False),
    Row("debate:unsubscription-detail", "POST", OPEN, at=(("token", "mail key"),), within=False),
    Row("debate:*-feed-detail", "GET", FEED, within=False),
    # ---- everybody
    Row("debate:home-detail", "GET", OPEN, within=False),
    Row("debate:debate-list", "GET", OPEN, within=False),
    Row("debate:search-list", "GET", OPEN, within=False),
    Row("debate:topic-list", "GET", OPEN, within=False),
    Row("debate:topic-detail", "GET", OPEN, within=False),
    *(
        Row(f"debate:person-{part}", "GET", OPEN, within=False)
        for part in ("detail", "debates", "open", "minds", "changes")
    ),
    Row("debate:moderation-log", "GET", OPEN, within=False),
    Row("debate:invitation-detail", "GET", OPEN, within=False),
    *(
        Row(f"debate:{name}-detail", "GET", OPEN, within=False)
        for name in ("help", "about", "terms", "privacy", "policy")
    ),
    # ---- who is signed in
    Row("debate:debate-create", "GET", SIGNED_IN, within=False),
    Row("debate:debate-create", "POST", SIGNED_IN, debate, within=False),
    Row("debate:mark-list", "GET", SIGNED_IN, within=False),
    Row("debate:invitation-join", "POST", PERSONS, within=False),
    Row("debate:debate-visit", "POST", TAKE_PART),
    Row("debate:turn-publish", "GET", TAKE_PART),
    Row("debate:point-keep", "POST", TAKE_PART, lambda place, who: {**POINT, "key": "new"}),
    # ---- writing: forms are shown in closed debates too, with the reason
    Row("debate:crux-create", "GET", TAKE_PART),
    Row(
        "debate:crux-create",
        "POST",
        WRITE,
        lambda place, who: {"name": "A", "body": "B"},
        signed_out=NO,
    ),
    Row("debate:statement-reply", "GET", TAKE_PART),
    Row("debate:statement-reply", "POST", WRITE, lambda place, who: POINT, signed_out=NO),
    Row(
        "debate:turn-publish",
        "POST",
        WRITE,
        lambda place, who: {"then": "publish", "point": "own", "key": "k"},
    ),
    # ---- marks and reliances
    Row("debate:statement-mark", "GET", MARK),
    Row("debate:statement-mark", "POST", MARK, lambda place, who: {"truth": "disagree"}),
    Row(
        "debate:mark-undo",
        "POST",
        MARK,
        lambda place, who: {"change": place.changes.get(who.name, 0)},
        at=(("pk", "marked"),),
    ),
    Row("debate:mark-confirm", "POST", MARK, at=(("pk", "marked"),)),
    Row("debate:mark-explain", "GET", MARK, at=(("pk", "marked"),)),
    Row(
        "debate:mark-explain",
        "POST",
        MARK,
        lambda place, who: {"because": place.claim.pk, "other": place.claim.label},
        at=(("pk", "marked"),),
    ),
    Row("debate:statement-rely", "GET", MARK),
    Row(
        "debate:statement-rely",
        "POST",
        MARK,
        lambda place, who: {"position": place.position.pk, "words": "would go"},
    ),
    Row(
        "debate:statement-release",
        "POST",
        MARK,
        lambda place, who: {"position": place.position.pk},
    ),
    # ---- one's own words
    Row("debate:statement-edit", "GET", EDIT),
    Row(
        "debate:statement-edit",
        "POST",
        EDIT,
        lambda place, who: {"body": "No.", "revision": 2},
        signed_out=NO,
    ),
    Row("debate:statement-withdraw", "GET", WITHDRAW),
    Row("debate:statement-withdraw", "POST", WITHDRAW),
    Row("debate:statement-report", "GET", REPORT),
    Row("debate:statement-report", "POST", REPORT, lambda place, who: {"reason": "spam"}),
    *(
        Row(f"debate:statement-{verb}", method, LOOK_AFTER, lambda p, who: {"reason": "So."}, at)
        for verb, at in (("hide", ()), ("restore", (("pk", "hushed"),)))
        for method in ("GET", "POST")
    ),
    *ACTS,
    Row("debate:crux-drop", "GET", DROP, at=(("pk", "crux"),)),
    Row("debate:crux-drop", "POST", DROP, lambda place, who: {"reason": "So."}, (("pk", "crux"),)),
    Row("debate:crux-take-up", "POST", DROP, at=(("pk", "dropped"),)),
    # ---- looking after a debate
    Row("debate:debate-change", "GET", LOOK_AFTER),
    Row("debate:debate-change", "POST", REWORD, outline),
    Row("debate:debate-set-state", "POST", LOOK_AFTER, lambda place, who: {"state": "archived"}),
    *(
        Row("debate:statement-rename", method, RENAME, lambda p, who: {"name": "So"}, CRUX)
        for method in ("GET", "POST")
    ),
    Row(
        "debate:participation-add",
        "POST",
        LOOK_AFTER,
        lambda place, who: {"username": "nora", "role": "participant"},
    ),
    Row(
        "debate:participation-change",
        "POST",
        LOOK_AFTER,
        lambda place, who: {"role": "facilitator"},
        at=(("username", "paul"),),
    ),
    Row("debate:participation-remove", "POST", REMOVE, at=(("username", "paul"),)),
    Row("debate:suspension-create", "GET", LOOK_AFTER),
    Row(
        "debate:suspension-create",
        "POST",
        LOOK_AFTER,
        lambda place, who: {"username": "paul", "reason": "Rude.", "days": "7"},
    ),
    Row("debate:suspension-end", "POST", LOOK_AFTER, at=(("username", "sam"),)),
    Row(
        "debate:invitation-create",
        "POST",
        LOOK_AFTER,
        lambda place, who: {"role": "participant", "days": "7", "uses": "1"},
    ),
    Row("debate:invitation-revoke", "POST", LOOK_AFTER, at=(("pk", "link"),)),
]

API = [
    Row("live-by-token", "GET", READ),
    Row("events-or-stream", "GET", READ),
    Row("everything-or-stream", "GET", OPEN, within=False),
    Row("api:everything-list", "GET", OPEN, within=False),
    # ---- read by whoever may see the debate
    *(
        Row(f"api:{name}", "GET", READ)
        for name in (
            *("debate-detail", "statement-list", "turn-list", "open-list", "event-list"),
            *("crux-list", "participation-list", "suspension-list", "statement-detail"),
            *("statement-revisions", "revision-detail", "statement-marks", "reliance-list"),
            *("analysis-detail", "course-detail", "map-detail", "why-detail", "what-if-detail"),
        )
    ),
    Row("api:you-detail", "GET", SIGNED_IN),
    # ---- everybody
    Row("api:debate-list", "GET", OPEN, within=False),
    Row("api:search-list", "GET", OPEN, within=False),
    Row("api:topic-list", "GET", OPEN, within=False),
    Row("api:topic-detail", "GET", OPEN, within=False),
    *(
        Row(f"api:{noun}-follow", method, SIGNED_IN, follow)
        for noun in ("debate", "statement")
        for method in ("GET", "PUT")
    ),
    *(
        Row("api:person-follow", method, SIGNED_IN, follow, (("username", "zoe"),), within=False)
        for method in ("GET", "PUT")
    ),
    Row("api:following-list", "GET", SIGNED_IN, within=False),
    Row("api:notification-list", "GET", SIGNED_IN, within=False),
    Row("api:notification-read", "PUT", SIGNED_IN, within=False),
    Row("api:mail-choose", "GET", SIGNED_IN, within=False),
    Row("api:mail-choose", "PATCH", SIGNED_IN, pace, within=False),
    *(
        Row(f"api:person-{part}", "GET", OPEN, within=False)
        for part in ("detail", "statements", "debates", "open", "minds", "changes")
    ),
    Row("api:schema", "GET", OPEN, within=False),
    Row("api:docs", "GET", OPEN, within=False),
    Row("api:invitation-detail", "GET", OPEN, within=False),
    # ---- with a token
    Row("api:me", "GET", SIGNED_IN, within=False),
    Row("api:tastes", "PATCH", PERSONS, lambda place, who: {"language": "de"}, within=False),
    Row("api:mark-list", "GET", SIGNED_IN, within=False),
    Row("api:visit-detail", "GET", SIGNED_IN),
    Row("api:point-list", "GET", SIGNED_IN),
    Row(
        "api:debate-create",
        "POST",
        SIGNED_IN,
        lambda place, who: by(
            who, question="Should it rain?", positions=[{"name": "Yes", "body": "It should."}]
        ),
        within=False,
    ),
    Row("api:invitation-join", "PUT", PERSONS, within=False),
    Row("api:debate-visit", "PUT", TAKE_PART),
    Row(
        "api:point-keep",
        "PUT",
        TAKE_PART,
        lambda place, who: {"to": place.claim.pk, **POINT},
        (("key", "new"),),
    ),
    Row("api:point-drop", "DELETE", TAKE_PART),
    # ---- writing
    Row("api:turn-publish", "POST", WRITE, _points),
    Row("api:crux-create", "POST", WRITE, lambda place, who: by(who, name="A", body="B")),
    Row("api:statement-reply", "POST", WRITE, lambda place, who: by(who, **POINT)),
    # ---- marks and reliances
    Row("api:statement-mark", "GET", SIGNED_IN),
    Row("api:statement-mark", "PUT", MARK, lambda place, who: {"truth": "disagree"}),
    Row(
        "api:mark-undo",
        "PUT",
        MARK,
        lambda place, who: {"change": place.changes.get(who.name, 1)},
        at=(("pk", "marked"),),
    ),
    Row("api:mark-confirm", "PUT", MARK, at=(("pk", "marked"),)),
    Row(
        "api:mark-explain",
        "PUT",
        MARK,
        lambda place, who: {"because": place.claim.label},
        at=(("pk", "marked"),),
    ),
    Row(
        "api:statement-rely",
        "PUT",
        MARK,
        lambda place, who: {"position": place.position.pk, "words": "would go"},
    ),
    Row(
        "api:statement-release",
        "DELETE",
        MARK,
        lambda place, who: {"position": place.position.pk},
    ),
    # ---- one's own words
    Row(
        "api:statement-edit",
        "PATCH",
        EDIT,
        lambda place, who: by(who, body="No.", revision=2),
    ),
    Row("api:statement-withdraw", "DELETE", WITHDRAW, lambda place, who: by(who)),
    Row("api:statement-report", "POST", REPORT, lambda place, who: by(who, reason="spam")),
    Row("api:statement-hide", "PUT", LOOK_AFTER, lambda place, who: {"reason": "So."}),
    Row(
        "api:statement-restore",
        "DELETE",
        LOOK_AFTER,
        lambda place, who: {"reason": "So."},
        (("pk", "hushed"),),
    ),
    Row("api:crux-drop", "PUT", DROP, lambda place, who: by(who, reason="So."), (("pk", "crux"),)),
    Row("api:crux-take-up", "DELETE", DROP, lambda place, who: by(who), (("pk", "dropped"),)),
    # ---- looking after a debate
    Row("api:debate-change", "PATCH", REWORD, lambda place, who: {"question": "Why?"}),
    Row("api:debate-set-state", "PUT", LOOK_AFTER, lambda place, who: {"state": "archived"}),
    Row("api:statement-rename", "PUT", RENAME, lambda place, who: by(who, name="So"), CRUX),
    Row("api:participation-add", "POST", LOOK_AFTER, lambda place, who: {"username": "nora"}),
    Row(
        "api:participation-change",
        "PATCH",
        LOOK_AFTER,
        lambda place, who: {"role": "facilitator"},
        at=(("username", "paul"),),
    ),
    Row("api:participation-remove", "DELETE", REMOVE, at=(("username", "paul"),)),
    Row(
        "api:suspension-create",
        "POST",
        LOOK_AFTER,
        lambda place, who: {"username": "paul", "reason": "Rude."},
    ),
    Row("api:suspension-end", "DELETE", LOOK_AFTER, at=(("username", "sam"),)),
    Row("api:invitation-list", "GET", LOOK_AFTER, more=True),
    Row("api:invitation-create", "POST", LOOK_AFTER),
    Row("api:invitation-revoke", "DELETE", LOOK_AFTER, at=(("pk", "link"),)),
    # ---- taking along and leaving
    Row("api:export-detail", "GET", PERSONS, within=False, more=True),
    Row("api:export-start", "POST", PERSONS, within=False),
    Row("api:export-file", "GET", OWN_EXPORT, within=False, more=True),
    Row("api:account-leave", "DELETE", PERSONS, lambda place, who: LEAVE, within=False),
    Row(
        "api:bot-change",
        "PATCH",
        OWNER,
        lambda place, who: {"name": "Sorter"},
        at=(("username", "own-bot"),),
        within=False,
    ),
    Row("api:nowhere", "GET", NOT_THERE, within=False),
]

ROWS = [*PAGES, *API, *PROPOSALS, *PROGRAMS, *ACCOUNT, *ADMIN, *SITE, *CALLS, *FILES]


def cells() -> Iterator[tuple[Route, Row]]:
    """Every address with the rows about it: of each method the first that fits."""
    for route in routes():
        found: dict[str, Row] = {}
        for row in ROWS:
            if row.fits(route):
                found.setdefault(row.method, row)
        for row in found.values():
            yield route, row
