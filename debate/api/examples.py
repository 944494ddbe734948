"""A body for each operation that takes one, as the schema shows it. Tests send them all.

They are about a debate on trams; ids, names and quoted words are those of a site's own.
"""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "debate-create": {
        "question": "Should trams be free?",
        "background": "In *towns*.",
        "positions": [
            {"name": "Free", "body": "They should be."},
            {"name": "Paid", "body": "They should not."},
        ],
        "terms": [{"term": "Free", "meaning": "Paid for by taxes."}],
        "visibility": "unlisted",
        "generated_by": "model",
    },
    "debate-change": {"question": "Should trams be free of charge?", "bots": "propose"},
    "debate-set-state": {
        "state": "archived",
        "outcome": "Both sides grant that fares keep poor riders away.",
    },
    "debate-visit": {"up_to": 12},
    "debate-follow": {"level": "followed"},
    "statement-follow": {"level": "muted"},
    "person-follow": {"level": "followed"},
    "person-suspend": {
        "reason": "Writes to people what they asked not to be written.",
        "until": "2027-01-07T12:00:00Z",
    },
    "notification-read": {"up_to": 5},
    "mail-choose": {"pace": "daily", "follows_by_itself": True},
    "tastes": {"language": "de", "time_zone": "Europe/Berlin"},
    "bot-change": {"name": "Asks what is meant"},
    "account-leave": {"password": "the one you log in with", "statements": "keep"},
    "statement-reply": {
        "kind": "objection",
        "on": "truth",
        "body": "Most do not.",
        "quote": "bring a book back unasked",
        "generated_by": "model",
    },
    "turn-publish": {
        "points": [
            {"to": 7, "kind": "question", "body": "In winter, too?"},
            {
                "to": 8,
                "kind": "objection",
                "on": "truth",
                "body": "Not in summer.",
                "quote": {"exact": "bring a book back unasked", "prefix": "Readers "},
            },
        ],
        "generated_by": "model",
    },
    "point-keep": {"to": 7, "kind": "remark", "body": "A draft.", "version": 0},
    "statement-edit": {
        "body": "Many do not.",
        "revision": 1,
        "reason": "Said more exactly",
        "generated_by": "assisted",
    },
    "statement-rename": {"name": "Free for all", "generated_by": "assisted"},
    "statement-report": {"reason": "spam", "note": "The same link in five debates."},
    "statement-hide": {"reason": "Attacks a person."},
    "statement-mark": {"truth": "agree", "bears": "no", "quote": "bring a book back unasked"},
    "mark-explain": {"because": "S16"},
    "mark-undo": {"change": 12},
    "statement-rely": {
        "position": 3,
        "now": 80,
        "otherwise": 30,
        "words": "I would want fares back.",
    },
    "crux-create": {
        "name": "Riders would pay",
        "body": "Most riders would pay a fare.",
        "generated_by": "model",
    },
    "crux-drop": {"reason": "No position rests on it.", "generated_by": "model"},
    "participation-add": {"username": "ann", "role": "participant"},
    "participation-change": {"role": "facilitator"},
    "suspension-create": {
        "username": "bo",
        "reason": "Keeps attacking people.",
        "until": "2099-01-01T00:00:00Z",
    },
    "invitation-create": {"role": "participant", "days": 7, "uses": 5, "note": "Reading group"},
    "debate-lock": {"reason": "Let us sort out what is here first."},
    "statement-lock": {"reason": "Both have said what they have to say."},
    "statement-retype": {"kind": "remark", "reason": "It answers nothing that was asked."},
    "statement-split": {
        "exact": "the words of the second claim",
        "kind": "remark",
        "reason": "These are two claims.",
    },
    "statement-move": {"to": 118, "reason": "It answers that one."},
    "statement-link": {"to": 118, "kind": "support", "reason": "It speaks for that one too."},
    "statement-merge": {"into": 118, "reason": "Both say the same."},
    "link-remove": {"reason": "It speaks for the one it answers alone."},
    "act-undo": {"reason": "It was right as it stood."},
    "act-appeal": {"text": "It answers what was asked: see the second sentence."},
    "appeal-decide": {
        "decision": "uphold",
        "reason": "The second sentence is about something else.",
    },
    "queue-decide": {"act": "dismiss", "reason": "It is sharp, but about the matter."},
    "proposal-create": {
        "kind": "crux",
        "name": "Fares pay for more trams",
        "body": "Without fares there are fewer trams.",
        "reason": "Both sides keep coming back to it.",
        "generated_by": "model",
    },
    "proposal-accept": {"reason": "That is what it turns on."},
    "proposal-refuse": {"reason": "Nobody holds this."},
    "import-create": {
        "format": "exchange",
        "text": "Ann: Trams should be free.\n\nBob: No. Somebody has to pay.",
        "question": "Should trams be free?",
        "visibility": "unlisted",
    },
    "import-change": {"question": "Should trams be free of charge?", "visibility": "private"},
    "webhook-create": {
        "address": "https://hooks.example.org/crux",
        "kinds": ["statement.published"],
    },
    "webhook-change": {"kinds": ["statement.published", "mark.set"]},
    "webhook-switch": {"is_active": False},
}
