"""The words of the seed debate: well formed, rightly quoted, our own, true to the exchange."""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "seed"
WORDS: Row = tomllib.loads((ROOT / "debate/management/data/exchange.toml").read_text("utf-8"))
STATEMENTS: list[Row] = WORDS["statements"]
ROOTS: list[Row] = WORDS["positions"] + WORDS["cruxes"]
BY_ID: dict[str, Row] = {row["id"]: row for row in WORDS["positions"] + STATEMENTS}
KINDS = {
    "support",
    "objection",
    "question",
    "answer",
    "clarification",
    "concession",
    "remark",
}
RUN = 8

needs_the_map = pytest.mark.skipif(
    not (SEED / "exchange-map.yaml").exists(),
    reason="the map of the exchange is not at hand",
)


def bodies() -> Iterator[str]:
    """Every body of the debate, positions, statements and cruxes."""
    for row in [*BY_ID.values(), *WORDS["cruxes"]]:
        yield row.get("body") or row["claim"]


def quoting() -> list[Row]:
    """The statements and marks that quote, each with the id of what it quotes as `parent`."""
    rows = [{**row, "parent": row["answers"]} for row in STATEMENTS]
    rows += [{**mark, "parent": mark["on"]} for mark in WORDS["marks"]]
    return [row for row in rows if row.get("quote")]


def texts(value: object) -> Iterator[str]:
    """All strings anywhere in a parsed value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts(item))


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of eight words, without case and punctuation."""
    words = re.findall(r"\w+", re.sub(r"['\u2019]", "", text.lower()))
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def test_the_counts_are_those_of_the_exchange() -> None:
    counts = [len(WORDS[key]) for key in ("turns", "positions", "statements", "cruxes", "marks")]
    assert counts == [4, 2, 36, 5, 5]
    assert len(BY_ID) == 38
    assert sum("quote" in row for row in STATEMENTS) == 12
    assert sum(bool(mark["quote"]) for mark in WORDS["marks"]) == 1
    assert {row["on"] for row in WORDS["marks"] if row["quote"]} == {"S22"}


def test_what_is_answered_exists_and_comes_earlier() -> None:
    seen = {row["id"] for row in WORDS["positions"]}
    for row in STATEMENTS:
        assert row["answers"] in seen, row["id"]
        assert BY_ID[row["answers"]]["turn"] <= row["turn"], row["id"]
        seen.add(row["id"])
    turns = [row["turn"] for row in STATEMENTS]
    assert turns == sorted(turns)


def test_kinds_and_what_an_objection_is_on_are_valid() -> None:
    for row in STATEMENTS:
        parent = BY_ID[row["answers"]]
        assert row["kind"] in KINDS
        assert (row["on"] in {"truth", "relevance", "framing"}) == (row["kind"] == "objection")
        assert row["on"] != "relevance" or "answers" in parent
        assert row["kind"] != "answer" or parent["kind"] == "question"
        assert row["kind"] != "concession" or parent["author"] != row["author"]


def test_every_quoted_passage_stands_exactly_once_in_what_it_is_quoted_from() -> None:
    assert len(quoting()) == 13
    for row in quoting():
        assert BY_ID[row["parent"]]["body"].count(row["quote"]) == 1, row["quote"]
        assert not re.search(r"[*_`\[\]<>\n]", row["quote"])
        assert 4 <= len(row["quote"].split()) <= 14


def test_bodies_are_one_to_five_sentences() -> None:
    for body in bodies():
        assert 1 <= len(re.findall(r"[.?!](?=\s|$)", body)) <= 5, body
        assert len(body) <= 10_000
        assert body == body.strip()


def test_a_paragraph_is_one_line_without_stray_spaces() -> None:
    for text in texts(WORDS):
        assert "  " not in text, text
        assert not re.search(r"(?<!\n)\n(?!\n)", text), text
        assert "\\" not in text, text


def test_names_fit_and_are_given_once() -> None:
    names = [row["name"] for row in ROOTS]
    assert all(0 < len(name) <= 60 for name in names)
    assert len(set(names)) == len(names)


def test_a_statement_belongs_to_its_authors_turn() -> None:
    turns = {turn["number"]: turn for turn in WORDS["turns"]}
    assert {turn["author"] for turn in turns.values()} == {row["id"] for row in WORDS["speakers"]}
    for row in STATEMENTS:
        assert row["author"] == turns[row["turn"]]["author"], row["id"]
        assert set(row["paragraphs"]) <= set(turns[row["turn"]]["paragraphs"]), row["id"]


def test_turns_are_published_one_after_the_other() -> None:
    times = [datetime.fromisoformat(turn["when"]) for turn in WORDS["turns"]]
    assert times == sorted(set(times))
    assert all(time.tzinfo for time in times)


def test_reliances_name_a_position_of_their_holder_and_continue_a_sentence() -> None:
    for crux in WORDS["cruxes"]:
        for reliance in crux["reliances"]:
            assert BY_ID[reliance["position"]]["author"] == reliance["by"]
            assert re.match(r"(would|could) .*\w$", reliance["otherwise"])


def test_a_crux_is_settled_where_both_sides_mark_it_the_same_way() -> None:
    for crux in WORDS["cruxes"]:
        same = len(set(crux["stances"].values())) == 1
        assert crux["state"] == ("settled" if same else "live")
        assert bool(crux["note"]) == same


def test_words_for_readers_do_not_use_the_names_of_this_file() -> None:
    shown = [*bodies(), *texts([[c["note"], c["reliances"]] for c in WORDS["cruxes"]])]
    positions = {row["id"] for row in WORDS["positions"]}
    for text in set(shown) - positions:
        assert not re.search(r"\b[SCP]\d+\b|P-(open|mask)", text), text


@pytest.mark.skipif(not (SEED / "source-exchange.txt").exists(), reason="no original at hand")
def test_no_run_of_eight_words_is_taken_from_the_original() -> None:
    original = runs((SEED / "source-exchange.txt").read_text("utf-8"))
    for text in texts(WORDS):
        assert not runs(text) & original, text


# The map, read with a small pattern: the project has no use for YAML elsewhere.
PAIR = re.compile(r'"?(\w+)"?:\s+(\[.*?\]|\{.*?\}|"[^"]*"|[^,{}\[\]\n]+)')


def section(name: str) -> list[dict[str, str]]:
    """The entries of one list of the map, each as its keys and their raw values."""
    text = re.sub(
        r"^#.*$",
        "",
        (SEED / "exchange-map.yaml").read_text("utf-8"),
        flags=re.MULTILINE,
    )
    parts = re.split(r"^(\w+):", text, flags=re.MULTILINE)
    entries = re.split(r"^\s+- \{?", parts[parts.index(name) + 1], flags=re.MULTILINE)[1:]
    return [{key: raw.strip() for key, raw in PAIR.findall(entry)} for entry in entries]


def numbers(raw: str) -> list[int]:
    """The numbers in a raw value."""
    return [int(number) for number in re.findall(r"\d+", raw)]


def inner(raw: str) -> dict[str, str]:
    """The keys and values of a raw mapping in braces."""
    return {key: value.strip() for key, value in PAIR.findall(raw.strip("{}"))}


def place(raw: str) -> Row:
    """Where a crux was raised or met, as our file says it."""
    pairs = inner(raw)
    return {"turn": int(pairs["turn"]), "paragraphs": numbers(pairs["paragraphs"])}


@needs_the_map
def test_statements_are_those_of_the_map() -> None:
    mapped = [
        {
            **{key: row[key] for key in ("id", "kind", "author", "answers")},
            "on": row.get("on", ""),
            "turn": int(row["turn"]),
            "paragraphs": numbers(row["paragraphs"]),
        }
        for row in section("statements")
    ]
    assert len(mapped) == 36
    assert [{key: row[key] for key in mapped[0]} for row in STATEMENTS] == mapped


@needs_the_map
def test_turns_and_positions_are_those_of_the_map() -> None:
    turns = [(int(t["turn"]), t["author"], numbers(t["paragraphs"])) for t in section("turns")]
    assert [(t["number"], t["author"], t["paragraphs"]) for t in WORDS["turns"]] == turns
    positions = [
        (p["id"], p["holder"], p["name"], numbers(p["paragraphs"])) for p in section("positions")
    ]
    ours = [(p["id"], p["author"], p["name"], p["paragraphs"]) for p in WORDS["positions"]]
    assert ours == positions


@needs_the_map
def test_quotations_are_carried_where_the_map_says() -> None:
    mapped = section("quotations")
    passages = set()
    for row in mapped:
        carriers = re.findall(r"S\d+", row["in"])
        key = "on" if "mark" in row["in"] else "id"
        found = [quote for quote in quoting() if quote.get(key) in carriers]
        assert len(found) == len(carriers)
        assert len({(q["parent"], q["quote"]) for q in found}) == 1
        assert int(row["of"]) in BY_ID[found[0]["parent"]]["paragraphs"]
        passages.add(found[0]["quote"])
    assert len(mapped) == len(passages) == 9


@needs_the_map
def test_marks_are_the_agreements_of_the_map() -> None:
    mapped = [
        {
            **{key: row.get(key, "") for key in ("by", "on", "through")},
            "truth": row["verdict"],
            "bears": {"": "", "false": "no", "true": "yes"}[row.get("bears", "")],
            "paragraph": int(row["paragraph"]),
        }
        for row in section("agreements")
    ]
    assert [{key: mark[key] for key in mapped[0]} for mark in WORDS["marks"]] == mapped


@needs_the_map
def test_cruxes_are_those_of_the_map() -> None:
    mapped = section("cruxes")
    assert len(mapped) == 5
    for crux, row in zip(WORDS["cruxes"], mapped, strict=True):
        assert [crux[key] for key in ("id", "name", "state")] == [
            row["id"],
            row["name"],
            row["state"],
        ]
        assert crux["stances"] == inner(row["stances"])
        assert {r["by"]: r["position"] for r in crux["reliances"]} == inner(row["relies"])
        assert crux["touches"] == re.findall(r"P-\w+", row.get("touches", ""))
        assert crux["raised_in"] == place(row["raised_in"])
        assert crux.get("met_in") == (place(row["met_in"]) if "met_in" in row else None)
        assert (len(crux["reliances"]) == 2) == (row["double"] == "true")
