"""From a press to the next paint: marking, folding, opening the form that answers.

Measured in Chromium by the Event Timing API (https://www.w3.org/TR/event-timing/), whose durations
end with the paint that follows and are rounded to 8 ms; on a page of 50 statements.
"""

from __future__ import annotations

import statistics

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from accounts.models import User
from debate.models import Debate
from tests.browser.conftest import Visit
from tests.prove.conftest import Noted

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

LIMIT = 100  # milliseconds
TIMES = 15
OBSERVE = """
window.pressed = [];
new PerformanceObserver(list => {
    window.pressed.push(...list.getEntries().filter(entry => entry.interactionId));
}).observe({ type: "event", durationThreshold: 16 });
"""
LONGEST = """() => {
    const found = window.pressed.map(e => e.duration);
    window.pressed = [];
    return Math.max(8, ...found);
}"""
PRESSES = {
    "mark": ".marks [data-key=a]",
    "fold": "details.branch > summary",
    "open reply": ".node .answer",
}


def durations(page: Page, selector: str) -> list[float]:
    """Press so many different ones; for each the longest time to the next paint, in ms."""
    found = []
    for number in range(TIMES):
        place = page.locator(selector).nth(-1 - number)  # from the end: a fold hides what follows
        if selector.startswith(".marks"):
            place.locator("xpath=ancestor::article").hover()
        place.click(position={"x": 8, "y": 12})
        page.wait_for_timeout(400)
        found.append(float(page.evaluate(LONGEST)))
    return found


def test_a_press_is_painted_within_a_tenth_of_a_second(
    visit: Visit, alice: User, note: Noted
) -> None:
    call_command("fill", statements=1000, verbosity=0)
    debate = Debate.objects.get()
    told = []
    for what, selector in PRESSES.items():
        page = visit(f"/d/{debate.slug}/", alice)
        page.evaluate(OBSERVE)
        found = durations(page, selector)
        assert max(found) <= LIMIT, (what, found)
        told.append(f"{what} {statistics.median(found):.0f} (at most {max(found):.0f})")
    note("Press to next paint, ms", f"{TIMES} each: " + ", ".join(told))
