"""All addresses of the site, as the URL resolver has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

PART = re.compile(r"<(?:\w+:)?(\w+)>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OURS = ("debate", "accounts", "api")


@dataclass(frozen=True)
class Route:
    """An address and its name; what an unnamed one is called here, its pattern says."""

    pattern: str
    name: str

    @property
    def door(self) -> str:
        """Where the address belongs: pages, api, mcp, admin, accounts, or the site itself."""
        if self.pattern.startswith("api/"):
            return "api"
        if self.pattern == "mcp":
            return "mcp"
        if self.name.startswith("admin:"):
            return "admin"
        first = self.pattern.split("/")[0]
        return first if first in ("accounts", "healthz", "readyz", "metrics") else "pages"

    @property
    def is_ours(self) -> bool:
        """Whether this project wrote the view, and not a package."""
        return self.name.split(":")[0] in OURS

    @property
    def parts(self) -> list[str]:
        """The names of what stands for something in the address."""
        return PART.findall(self.pattern)

    @property
    def shown(self) -> str:
        """The address as a reader of docs understands it."""
        bare = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", self.pattern)
        return "/" + PART.sub(r"<\1>", bare).replace("^", "").replace("$", "").replace("\\", "")

    def address(self, values: dict[str, Any]) -> str:
        """The path with these values in their places."""
        path = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", self.pattern)
        for part in PART.findall(path):
            path = PART.sub(str(values[part]), path, count=1)
        return "/" + path.replace("^", "").replace("$", "")


def routes() -> list[Route]:
    """Every address, each pattern and name once."""
    return list(dict.fromkeys(_walk(get_resolver().url_patterns)))


def _walk(patterns: list[Any], before: str = "", within: str = "") -> Iterator[Route]:
    for one in patterns:
        place = before + str(one.pattern)
        if isinstance(one, URLPattern):
            name = one.name or ("rest" if place.endswith("$") else "shortcut")
            if not within and not one.name:
                name = place
            yield Route(place, f"{within}{name}")
        else:
            yield from _walk(one.url_patterns, place, f"{within}{_space(one)}")


def _space(one: Any) -> str:
    return f"{one.namespace}:" if one.namespace else ""
