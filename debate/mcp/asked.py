"""What tools take: types with words for whoever chooses what to send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from debate.api.answers import BEARINGS, TRUTHS
from debate.models.statements import GeneratedBy, On


@dataclass(frozen=True, eq=False)
class OneOf:
    """One of the words that the API takes there."""

    choices: Iterable[tuple[str, object]]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """The schema of the words, which tells others which there are."""
        return core_schema.literal_schema([word for word, _ in self.choices])


Slug = Annotated[str, Field(description="The debate's slug, as it stands in its address.")]
Id = Annotated[int, Field(ge=1, description="The statement's id, a number; not its label.")]
Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[
    str | None, Field(description="`next` or `previous` of the page before, for another page.")
]
Key = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=255,
        description="Any string of your own for this one act: sent again with the same key within "
        "24 hours, it is not done again, and the answer is the same.",
    ),
]
HowMade = Annotated[
    Annotated[str, OneOf(GeneratedBy.choices)] | None,
    Field(description="How the words came about. A bot's token has to say it: mostly `model`."),
]
Quote = Annotated[
    str | None,
    Field(description="Words of the statement, exactly as read; one whole passage of it."),
]
Reason = Annotated[str, Field(description="Everyone can read it.")]
Truth = Annotated[str, OneOf(TRUTHS)]
Bears = Annotated[str, OneOf(BEARINGS)]
Wrong = Annotated[
    Annotated[str, OneOf(On.choices)] | None,
    Field(description="What an objection says is wrong: the truth, the relevance or the terms."),
]
Before = Annotated[
    str | None, Field(description="What stands right before the quoted words, if they come twice.")
]
After = Annotated[
    str | None, Field(description="What stands right after the quoted words, if they come twice.")
]


class Asked(BaseModel):
    """What a tool takes."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def sent(self, *without: str) -> dict[str, Any]:
        """What was given, but for some."""
        return self.model_dump(exclude_none=True, exclude=set(without))
