from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from debate.models import Debate
from debate.reasoning import disagreement, results
from debate.reasoning.files import conversations, frameworks, weighted
from debate.reasoning.semantics import SEMANTICS
from debate.reasoning.standing import stand
from debate.reasoning.strength import network, strengths, weights
from debate.selectors.arguments import arguments

Told = dict[str, Any]


class Command(BaseCommand):
    """Prints what the reasoning finds in a file or a debate, as JSON."""

    help = (
        "Print as JSON what the reasoning finds in a file (an argumentation framework, a weighted "
        "graph, a marks graph, a folder of Polis CSVs) or in a debate. Files need no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a path or a debate."""
        parser.add_argument("path", nargs="?", type=Path, help="a file or a folder")
        parser.add_argument("--debate", metavar="SLUG", help="a debate of this site")
        parser.add_argument(
            "--semantics", choices=list(SEMANTICS), default="qe", help="of weighted graphs"
        )
        parser.add_argument(
            "--k", type=int, help="how many groups, of a folder; else as fits best"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read it, work it out and print it; raises CommandError with what is wrong with it."""
        path: Path | None = options["path"]
        if (path is None) == (options["debate"] is None):
            raise CommandError("Give either the path of a file or folder, or --debate SLUG.")
        if path is None:
            told = _of_debate(options["debate"])
        else:
            try:
                told = _of_path(path, options)
            except (OSError, ValueError, KeyError) as error:
                raise CommandError(f"{path}: {error}") from error
        self.stdout.write(json.dumps(told, indent=1, allow_nan=False))


def _of_debate(slug: str) -> Told:
    debate = Debate.objects.filter(slug=slug).first()
    if debate is None:
        raise CommandError(f"There is no debate '{slug}'.")
    found = arguments(debate.pk)
    return {"event": found.event, **results.told(found.graph)}


def _of_path(path: Path, options: Mapping[str, Any]) -> Told:
    if path.is_dir():
        return disagreement.told_conversation(conversations.read(path), options["k"])
    text = path.read_text("utf-8-sig")
    if path.suffix == ".af" or text.lstrip().startswith("p af"):
        graph = frameworks.read(text)
        return {"labels": results.labels(graph, stand(graph))}
    return _of_json(json.loads(text), options)


def _of_json(data: Any, options: Mapping[str, Any]) -> Told:
    """By the keys that a graph has; of several graphs under names, each under its name."""
    if not isinstance(data, dict):
        raise ValueError("it is not a JSON object.")
    for key, told in KINDS.items():
        if key in data:
            return told(data, options)
    if data and all(isinstance(one, dict) for one in data.values()):
        return {name: _of_json(one, options) for name, one in data.items()}
    raise ValueError("a weighted graph has 'args', a marks graph has 'marks'.")


def _of_weighted(data: Mapping[str, Any], options: Mapping[str, Any]) -> Told:
    graph = weighted.read(data)
    flow = network(graph, stand(graph))
    found = strengths(flow, weights(graph), SEMANTICS[options["semantics"]])
    return {"strengths": results.told_strengths(graph, found)}


def _of_marked(data: Mapping[str, Any], options: Mapping[str, Any]) -> Told:
    return disagreement.told_marked(data)


KINDS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Told]] = {
    "args": _of_weighted,
    "marks": _of_marked,
}
