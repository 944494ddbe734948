"""The tools: what each takes, and which addresses of the API it asks for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from debate.api.debates import SORTS
from debate.api.points import KINDS as OPEN_KINDS
from debate.api.points import WHOSE
from debate.api.proposals import BECOMES
from debate.api.search import WHAT
from debate.api.statements import REPLIES
from debate.mcp import outlines
from debate.mcp.asked import (
    After,
    Asked,
    Bears,
    Before,
    Cursor,
    HowMade,
    Id,
    Key,
    Limit,
    OneOf,
    Quote,
    Reason,
    Slug,
    Truth,
    Wrong,
)
from debate.mcp.calls import Answer, Api
from debate.models.debates import State
from debate.models.proposals import ProposalKind, ProposalState


@dataclass(frozen=True)
class Tool:
    """A tool: its name is that of what does it, its description the docstring."""

    name: str
    title: str
    description: str
    asked: type[Asked]
    do: Callable[[Api, Any], Answer | str]
    reads: bool
    is_idempotent: bool

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what it takes."""
        return self.asked.model_json_schema()

    def taken(self, arguments: dict[str, Any]) -> Asked:
        """What was sent, checked; raises pydantic.ValidationError."""
        return self.asked.model_validate(arguments)


TOOLS: dict[str, Tool] = {}
Do = Callable[[Api, Any], Any]


def _tool(title: str, *, reads: bool = True, is_idempotent: bool = True) -> Callable[[Do], Do]:
    def named(do: Do) -> Do:
        asked = inspect.get_annotations(do, eval_str=True)["asked"]
        said = inspect.cleandoc(do.__doc__ or "")
        TOOLS[do.__name__] = Tool(do.__name__, title, said, asked, do, reads, is_idempotent)
        return do

    return named


class Nothing(Asked):
    """Nothing."""


@_tool("Who you are")
def who_am_i(api: Api, asked: Nothing) -> Any:
    """Tell whose token this is, what it may do (its scopes), and what is left of the limits."""
    return api.get("me")


class DebatesAsked(Asked):
    """Which debates."""

    sort: Annotated[str, OneOf(SORTS)] = "newest"
    state: Annotated[str, OneOf(State.choices)] | None = None
    topic: Annotated[str | None, Field(description="A topic's slug.")] = None
    yours: Annotated[bool, Field(description="Only those you take part or wrote in.")] = False
    limit: Limit = 20
    cursor: Cursor = None


@_tool("List debates")
def list_debates(api: Api, asked: DebatesAsked) -> Any:
    """List debates: public ones, and those you take part in."""
    whose = "yours" if asked.yours else None
    return api.get("debate-list", **asked.sent("yours"), whose=whose)


class SearchAsked(Asked):
    """What is looked for."""

    q: Annotated[
        str,
        Field(
            description='Words, "phrases", -words, and filters such as kind:objection by:alice '
            "in:a-debates-slug status:open topic:a-topic is:bot."
        ),
    ]
    what: Annotated[str, OneOf(WHAT)] = "statements"
    limit: Limit = 20
    cursor: Cursor = None


@_tool("Search")
def search(api: Api, asked: SearchAsked) -> Any:
    """Find statements, debates or people by words, the best first."""
    return api.get("search-list", **asked.sent())


class DebateAsked(Asked):
    """A debate."""

    debate: Slug


class WholeAsked(DebateAsked):
    """A debate, and how it is to be read."""

    form: Annotated[
        str,
        OneOf([(form, "") for form in outlines.FORMS]),
        Field(
            description="`outline`: one line for each statement, in the order of the thread. "
            "`markdown`: all words. `head`: question, background, terms and positions alone."
        ),
    ] = "outline"
    cursor: Annotated[
        str | None, Field(description="Where an outline says that it goes on, the rest of it.")
    ] = None


@_tool("Read a debate")
def read_debate(api: Api, asked: WholeAsked) -> Any:
    """Read a debate: what is asked, and what answers what. Begin here."""
    return outlines.read(api, asked.debate, asked.form, asked.cursor)


class StatementAsked(Asked):
    """A statement, and which of its replies."""

    statement: Id
    limit: Limit = 50
    cursor: Cursor = None


@_tool("Read a statement")
def read_statement(api: Api, asked: StatementAsked) -> Any:
    """Read a statement in full with the replies to it, a page of them at a time."""
    one = api.get("statement-detail", asked.statement)
    page = asked.sent("statement")
    return {
        "statement": one,
        "replies": api.get("statement-list", one["debate"], parent=asked.statement, **page),
    }


@_tool("Where a debate stands")
def where_it_stands(api: Api, asked: DebateAsked) -> Any:
    """Tell what was worked out of a debate: which claims stand, how firmly, cruxes, groups.

    Claims go by their labels. It says what stands against what was said, never what is true.
    """
    return api.get("analysis-detail", asked.debate)


class PageAsked(DebateAsked):
    """A page of what is in a debate."""

    limit: Limit = 20
    cursor: Cursor = None


@_tool("List cruxes")
def list_cruxes(api: Api, asked: PageAsked) -> Any:
    """List what a debate turns on, and how each side marks it."""
    return api.get("crux-list", asked.debate, **asked.sent("debate"))


class OpenAsked(PageAsked):
    """Which open points."""

    awaits: Annotated[str, OneOf(WHOSE)] | None = None
    kind: Annotated[str, OneOf(OPEN_KINDS)] | None = None


@_tool("List open points")
def list_open_points(api: Api, asked: OpenAsked) -> Any:
    """List objections and questions that nobody has met, and whom each awaits."""
    return api.get("open-list", asked.debate, **asked.sent("debate"))


class EventsAsked(Asked):
    """Which events."""

    debate: Annotated[str | None, Field(description="A slug; else all debates at once.")] = None
    after: Annotated[
        int,
        Field(
            ge=0,
            description="The `number` of the last event of the debate that you know (over all "
            "debates its `place`): what came after it is listed, the oldest first.",
        ),
    ] = 0
    limit: Limit = 50


@_tool("Follow what happens")
def list_events(api: Api, asked: EventsAsked) -> Any:
    """List what happened after an event, in a debate or everywhere. Ask again with the last."""
    query = asked.sent("debate")
    if asked.debate is None:
        return api.get("everything-list", **query)
    return api.get("event-list", asked.debate, **query)


class ProposalsAsked(PageAsked):
    """Which proposals."""

    state: Annotated[str, OneOf(ProposalState.choices)] | None = None
    kind: Annotated[str, OneOf(ProposalKind.choices)] | None = None
    statement: Annotated[int | None, Field(ge=1, description="About this statement.")] = None
    own: Annotated[bool, Field(description="Those of yours alone.")] = False


@_tool("List proposals")
def list_proposals(api: Api, asked: ProposalsAsked) -> Any:
    """List what was proposed in a debate and what became of it, the newest first."""
    return api.get("proposal-list", asked.debate, **asked.sent("debate"))


class ProposeAsked(DebateAsked):
    """A change to suggest."""

    kind: Annotated[
        str,
        OneOf(ProposalKind.choices),
        Field(
            description="`crux` takes name, body; `retype` statement, becomes; `split` statement, "
            "quote (the words to set apart), becomes; `link` statement, to, becomes (support or "
            "objection); `duplicate` statement, to (what it says again)."
        ),
    ]
    reason: Reason
    statement: Annotated[int | None, Field(ge=1, description="What it would change.")] = None
    to: Annotated[int | None, Field(ge=1, description="The other statement.")] = None
    becomes: Annotated[str, OneOf(BECOMES)] | None = None
    on: Wrong = None
    quote: Quote = None
    before: Before = None
    after: After = None
    name: Annotated[str | None, Field(description="Of a crux: a few words.")] = None
    body: Annotated[str | None, Field(description="Of a crux: one claim, in Markdown.")] = None
    generated_by: HowMade = None
    key: Key = None


@_tool("Propose a change", reads=False, is_idempotent=False)
def propose(api: Api, asked: ProposeAsked) -> Any:
    """Suggest a change: a crux, another kind, a split, a link, a duplicate. People decide on it.

    Needs the scope `propose`. How many of a bot's were accepted sets how many it may make.
    """
    body = _quoting(asked)
    return api.send("POST", "proposal-create", asked.debate, body=body, key=asked.key)


class ReplyAsked(Asked):
    """An answer to a statement."""

    statement: Annotated[int, Field(ge=1, description="The id of what is answered.")]
    kind: Annotated[
        str,
        OneOf(REPLIES),
        Field(description="What the answer does to it. An objection needs `on`."),
    ]
    body: Annotated[str, Field(description="One claim, in Markdown.")]
    on: Wrong = None
    quote: Quote = None
    before: Before = None
    after: After = None
    generated_by: HowMade = None
    key: Key = None


@_tool("Answer a statement", reads=False, is_idempotent=False)
def reply(api: Api, asked: ReplyAsked) -> Any:
    """Publish an answer to a statement, quoting its words where that helps. One claim each.

    Needs the scope `write`. An answer with `waits` is seen by others once a moderator lets it.
    """
    body = _quoting(asked, "statement")
    return api.send("POST", "statement-reply", asked.statement, body=body, key=asked.key)


class MarkAsked(Asked):
    """A mark."""

    statement: Id
    truth: Annotated[Truth | None, Field(description="Is it true? Left as it is if not sent.")] = (
        None
    )
    bears: Annotated[
        Bears | None,
        Field(description="Does it bear on what it answers? Left as it is if not sent."),
    ] = None
    quote: Annotated[Quote, Field(description="The passage that is meant, if not all.")] = None
    before: Before = None
    after: After = None


@_tool("Mark a statement", reads=False)
def mark(api: Api, asked: MarkAsked) -> Any:
    """Say of a statement whether it is true and whether it bears on what it answers.

    Needs the scope `mark`, which only people's own tokens have: say what your person thinks.
    """
    body = _quoting(asked, "statement")
    return api.send("PUT", "statement-mark", asked.statement, body=body)


def _quoting(asked: Any, *without: str) -> Answer:
    """The body, with quoted words as the API takes them."""
    body: Answer = asked.sent("debate", "key", "before", "after", *without)
    around = {"prefix": asked.before, "suffix": asked.after}
    around = {name: words for name, words in around.items() if words is not None}
    if around and asked.quote is not None:
        body["quote"] = {"exact": asked.quote, **around}
    return body
