"""The words of Argdown: comments, data in braces, tags and mark-up, told apart.

No YAML is parsed: of data only plain keys and values are taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

from debate.formats.hypertext import escaped, shown

COMMENTS = {"<!--": "-->", "/*": "*/", "//": "\n"}
GAP, ROW = "\x01", "\x02"  # where a comment was, and for each end of a line in it
DATA_MOST, DATA_DEEPEST = 20_000, 20
KEPT = re.compile(
    r"\\.|\[[^\[\]\n]{1,300}\]\([^()\n]{1,2000}\)|\[[^\[\]\n]{1,300}\]|<[^-!<>\n][^<>\n]{0,300}>"
    r"|<!--|/\*|//|\{"
)
INLINE = re.compile(
    r"\\(?P<sign>.)|(?P<link>\[(?P<text>[^\[\]\n]{1,300})\]\((?P<url>[^()\s]{1,2000})\))"
    r"|@(?:\[(?P<m1>[^\[\]\n]{1,300})\]|<(?P<m2>[^<>\n]{1,300})>)"
    r"|#(?:\((?P<tag>[^()\n]{1,200})\)|(?P<tag2>[\w-]{1,200}))|(?P<mark>[*_]{1,2})",
    re.DOTALL,
)
TRAILING_TAGS = re.compile(r"(?:\s*(?<!\\)#(?:\([^()\n]{1,200}\)|[\w-]{1,200})){1,30}\s*$")
DATA_SIGN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)
BRACE = re.compile(r"\\.|\{", re.DOTALL)
TAILS_MOST = 30 * 204  # characters that these tags can have
WORDS_MOST, TAGS_MOST = 20_000, 100
PAIR = re.compile(r"\s*(?P<key>[\w-]{1,60})\s*:(?:\s+(?P<value>.*))?$", re.DOTALL)


def without_comments(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; those that hold nothing but a comment are left out."""
    number = 1
    for line in _with_gaps(text).split("\n"):
        words = line.replace(GAP, "").replace(ROW, "")
        if words.strip() or words == line:
            yield number, words
        number += 1 + line.count(ROW)


def _with_gaps(text: str) -> str:
    """The text with signs in place of comments; what stands in titles, links and data is none."""
    made: list[str] = []
    done = no_data = 0  # before `no_data` a brace begins no data
    closes = dict.fromkeys(COMMENTS, True)
    found = KEPT.search(text)
    while found:
        start, end = found.span()
        sign = found[0]
        if closes.get(sign):
            end = _comment_end(text, sign, end)
            closes[sign] = end > start
        if sign in COMMENTS and closes[sign]:
            made += [text[done:start], GAP, ROW * text.count("\n", start, end)]
            done = end
        elif sign == "{" and start >= no_data:
            end, no_data = data_end(text, start)
        found = KEPT.search(text, max(end, start + 1))
    return "".join([*made, text[done:]])


def _comment_end(text: str, sign: str, start: int) -> int:
    """Where a comment ends: with its line, or with its own sign; -1 if it never does."""
    close = text.find(COMMENTS[sign], start)
    if sign == "//":
        return close if close >= 0 else len(text)
    return close + len(COMMENTS[sign]) if close >= 0 else -1


def data_end(text: str, start: int) -> tuple[int, int]:
    """Where the data ends that begin with a brace; and up to where none begin if they do not."""
    depth = 0
    for sign in re.compile(r"[{}]").finditer(text, start, start + DATA_MOST):
        depth += 1 if sign[0] == "{" else -1
        if depth == 0:
            return sign.end(), 0
        if depth > DATA_DEEPEST:
            return start + 1, sign.end()
    return start + 1, start + DATA_MOST


def without_data(content: str) -> tuple[str, dict[str, object]]:
    """The words, and the data that stand in braces among them."""
    data: dict[str, object] = {}
    made: list[str] = []
    done = no_data = 0
    found = BRACE.search(content)
    while found:
        end = found.end()
        if found[0] == "{" and found.start() >= no_data:
            end, no_data = data_end(content, found.start())
            if not no_data:
                data |= data_of(content[found.end() : end - 1])
                made.append(content[done : found.start()])
                done = end
        found = BRACE.search(content, end)
    return "".join([*made, content[done:]]), data


def data_of(inside: str) -> dict[str, object]:
    """The pairs of data in braces, as far as they are plain."""
    found: dict[str, object] = {}
    cuts, depth = [-1], 0
    for sign in DATA_SIGN.finditer(inside):
        depth += (sign[0] in "[{") - (sign[0] in "]}")
        if sign[0] == "," and not depth:
            cuts.append(sign.start())
    for start, end in pairwise([*cuts, len(inside)]):
        if pair := PAIR.match(inside[start + 1 : end].strip()):
            found[pair["key"]] = value_of(pair["value"] or "")
    return found


def value_of(text: str) -> object:
    """A value as JSON has it, else the words."""
    text = text.strip()
    try:
        return json.loads(text) if text[:1] in ('"', "[", "{") else text
    except (ValueError, RecursionError):
        return text.strip("\"'[]{}")


def plain_of(content: str) -> str:
    """The words of a heading."""
    return " ".join(shown(said_of(without_data(content)[0])[0]).split())


def without_tags(words: str) -> str:
    """Words, their spaces single, without the tags at their end."""
    found = TRAILING_TAGS.search(words, max(0, len(words) - TAILS_MOST))
    return words[: found.start()] if found else words


def said_of(words: str) -> tuple[str, list[str]]:
    """Words of Argdown as Markdown, and the tags among them; those at the end are taken away."""
    words = " ".join(words.split())
    tags = [
        found["tag"] or found["tag2"]
        for found in INLINE.finditer(words)
        if found["tag"] or found["tag2"]
    ]
    words = without_tags(words).strip()
    if len(words) > WORDS_MOST:
        return escaped(words), tags[:TAGS_MOST]
    marked, bare, kept, done = [], [], [], 0
    for found in INLINE.finditer(words):
        between = words[done : found.start()]
        done = found.end()
        name = found["sign"] or found["m1"] or found["m2"]
        plain = name or found["text"] or ("" if found["mark"] else found[0])
        link = f"[{escaped(found['text'])}]({found['url']})" if found["link"] else ""
        marked += [escaped(between), found["mark"] or link or escaped(plain)]
        bare += [between, plain]
        kept += [between, found["mark"] or plain]
    if not marked:
        return escaped(words), tags
    marked.append(escaped(words[done:]))
    body, wanted = "".join(marked), "".join([*bare, words[done:]])
    is_sound = "".join(shown(body).split()) == "".join(wanted.split())
    return (body if is_sound else escaped("".join([*kept, words[done:]]))), tags
