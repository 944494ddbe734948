"""What a browser says of itself, told in few words."""

from __future__ import annotations

from django.utils.translation import gettext

BROWSERS = (  # the first that fits: others name these as well
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser(said: str) -> str:
    """Browser and system of a User-Agent header, such as 'Firefox on Linux'."""
    name, system = _first(BROWSERS, said), _first(SYSTEMS, said)
    name = name or gettext("Another browser")
    told = gettext("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return told if system else name


def _first(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for sign, name in known if sign in said), "")
