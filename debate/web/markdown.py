"""A page of this site as Markdown, made of the page itself: so it shows just what the page shows.

What only a browser can use (scripts, icons, forms, buttons, navigation) is left out; a statement
becomes a section of its own, which says its label, kind, author and what it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from django.utils.translation import gettext
from markdownify import ATX, BACKSLASH, MarkdownConverter

LEFT_OUT = (
    "script, style, template, noscript, dialog, svg, button, input, select, textarea, label, "
    "nav:not(.pages), [hidden], [aria-hidden=true], .live, .live-made, .head-acts, .segmented, "
    ".levels, .filters, .filter, .reply-slot, .answer, .own-act, .branch > summary, "
    "form:not(:has(table, article))"
)
INSTEAD = {
    "div": "header, footer, main, aside, figure, nav, form, fieldset, details, ol.replies, "
    "ol.replies > li, ol.line, ol.line > li",
    "strong": "ins",
}
"""Elements that are written as others are: the converter would take blocks for words in a line."""
SIDE_BY_SIDE = ".facts, .side-foot, .counts, .eyebrow, .turn-on"
WEB = ("http://", "https://", "mailto:")
DEEPEST, OF_POSITIONS = 6, 3
"""Levels of headings: no deeper ones, and that of a position in the Thread."""
TICKS = re.compile("`+")
IN_ADDRESS = str.maketrans({" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E"})
LAST = re.compile(r"[^·]*\Z")


def markdown(html: str, at: str) -> str:
    """The page's main part as Markdown; `at` is the page's address, to which links are made."""
    whole = BeautifulSoup(html, "html.parser")
    main = whole.find("main") or whole.find(id="content") or whole.find("body") or whole
    assert isinstance(main, Tag)
    _title(whole, main)
    hides_bots = whole.find("html", attrs={"data-bots": "hidden"}) is not None
    for article in main.select("article.statement"):
        _fold(article, hides_bots=hides_bots)
        _marks(article)
    for field in main.select("input.secret"):  # a key or a link, to be copied
        field.replace_with(_new("code", str(field.get("value", ""))))
    for part in main.select(LEFT_OUT):
        part.decompose()
    _statements(main)
    _plainer(main)
    _lead_on(main, at)
    return f"{_Writer().convert_soup(main).strip()}\n"


def _title(whole: BeautifulSoup, main: Tag) -> None:
    """Begin a page that has no heading of its own with its title."""
    if main.find("h1") is None and whole.title and (title := whole.title.get_text().strip()):
        main.insert(0, _new("h1", title))


def _fold(article: Tag, *, hides_bots: bool) -> None:
    """Leave out the words that a page folds: of who is blocked, of bots if they are hidden."""
    notes = article.select(".by-blocked, .by-bot")
    is_folded = "data-blocked" in article.attrs or hides_bots
    if notes and is_folded and "focused" not in article.get_attribute_list("class"):
        for part in list(article.find_all(recursive=False)):
            if part not in notes and "statement-head" not in part.get_attribute_list("class"):
                part.decompose()
    else:
        for note in notes:
            note.decompose()


def _marks(article: Tag) -> None:
    """Say in words the counts that stand on the buttons of a form."""
    for form in article.select(".mark-form"):
        counts = _new("p")
        counts["class"] = "counts"
        for button in form.select("button:has(.n)"):
            words = [part.get_text() for part in button.select(".word, .n")]
            counts.append(_new("span", " ".join(words)))
        form.replace_with(counts)


def _statements(main: Tag) -> None:
    """Make each statement a section with a heading, as deep as it stands."""
    labels = {str(one["id"]): _label(one) for one in main.select("article.statement[id]")}
    depths = [int(depth) for node in main.find_all("li") if (depth := _depth(node)).isdigit()]
    above = OF_POSITIONS + 1 - min(depths, default=0)
    for article in main.select("article.statement"):
        depth = _depth(article.find_parent("li", attrs={"data-depth": True}))
        level = min(DEEPEST, above + int(depth)) if depth.isdigit() else OF_POSITIONS
        head = article.select_one(".statement-head")
        if head is None:
            article.insert(0, _new(f"h{OF_POSITIONS}", str(article.get("aria-label", ""))))
            continue
        for part in head.select(".kind .vh"):
            part.decompose()
        kind = [part.get_text(" ", strip=True) for part in head.select(".kind, .gloss")]
        label = labels.get(str(article.get("id")), "")
        title = _new("h1" if head.find("h1") else f"h{level}")
        title.append(" · ".join(dict.fromkeys([*([label] if label else []), *kind])))
        facts = _new("p")
        for number, fact in enumerate(_facts(article, head, labels)):
            facts.extend(([NavigableString(" · ")] if number else []) + [fact])
        head.replace_with(title)
        title.insert_after(facts)


def _facts(article: Tag, head: Tag, labels: dict[str, str]) -> Iterator[Tag]:
    """Who said it and when, what it answers, and what else its head says."""
    for part in list(head.find_all(recursive=False)):
        names = part.get_attribute_list("class")
        if part.name != "h1" and "kind" not in names and "gloss" not in names:
            if (time := part.find("time")) is not None:
                part.clear()
                part.append(time.get_text())
            yield part.extract()
    around = article.find_parent("ol", id=re.compile(r"\Astatement-\d+-replies\Z"))
    if around is not None:
        name = str(around["id"]).removesuffix("-replies")
        number = name.removeprefix("statement-")
        label = labels.get(name) or f"#{number}"
        link = _new("a", gettext("answers %(label)s") % {"label": label})
        link["href"] = f"/s/{number}/"
        yield link


def _label(article: Tag) -> str:
    """The label of a statement, such as S16: the end of the link to its page."""
    when = article.select_one(".statement-head .when")
    if when is not None and (found := LAST.search(when.get_text())):
        return found[0].strip()
    return str(article.get("aria-label", "")).split(",")[0].split(" ")[-1]


def _depth(node: Tag | None) -> str:
    return str(node.get("data-depth", "")) if node else ""


def _lead_on(main: Tag, at: str) -> None:
    """Make links lead to the same place from anywhere."""
    for link in main.select("a[href]"):
        address = urljoin(at, str(link["href"]))
        link["href"] = address if address.lower().startswith(WEB) else ""


def _plainer(main: Tag) -> None:
    """Tell apart in words what style tells apart."""
    for part in main.select("blockquote.quote .vh"):
        part.decompose()
    for link in main.select("blockquote.quote a:not(.from-revision)"):
        link.unwrap()
    for name, parts in INSTEAD.items():
        for part in main.select(parts):
            part.name = name
    for part in main.select("summary"):
        part.name = "strong"
        part.wrap(_new("p"))
    for picture in main.select("img"):
        picture.replace_with(str(picture.get("alt", "")))
    for line in main.select(SIDE_BY_SIDE):
        _apart(line)


def _apart(line: Tag) -> None:
    """Put a sign between the parts of a line that has no words of its own."""
    texts = line.find_all(string=True, recursive=False)
    if any(text.strip() for text in texts):
        return
    for text in texts:
        text.extract()
    for part in line.find_all(recursive=False)[1:]:
        part.insert_before(" · ")


def _new(name: str, text: str = "") -> Tag:
    made = Tag(name=name)
    if text:
        made.append(text)
    return made


class _Writer(MarkdownConverter):
    """Writes elements as Markdown. Every sign in a text is escaped, so that it stays a sign."""

    class Options:
        heading_style = ATX
        newline_style = BACKSLASH
        escape_misc = True
        bullets = "-"

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link; where it leads nowhere, its words."""
        before, after = (" " if text[:1] == " " else ""), (" " if text[-1:] == " " else "")
        text = text.strip()
        address = str(el.get("href", "")).translate(IN_ADDRESS)
        is_link = address and text and "_noformat" not in parent_tags
        return f"{before}[{text}]({address}){after}" if is_link else f"{before}{text}{after}"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Code, in a fence that nothing in it can end."""
        longest = max((len(found) for found in TICKS.findall(text)), default=0)
        fence = "`" * max(3, longest + 1)
        code = text.strip("\n")
        return f"\n\n{fence}\n{code}\n{fence}\n\n" if code else ""

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A term, above what is said of it."""
        return f"\n\n**{' '.join(text.split())}**\n" if text.strip() else ""

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """What is said of a term."""
        return f"{text.strip()}\n\n"
