"""Bringing debates in: a file is read and shown first, then written in one transaction.

Short files are read and written at once, long ones by jobs. What was chosen is read again with
the file, so that a preview shows just what will be written.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import limits
from accounts.limits import Deed
from accounts.models import User
from accounts.spending import spend
from debate import rules
from debate.actions import bringing, deeds, events, jobs
from debate.actions.alone import alone
from debate.actions.refusals import Conflict
from debate.formats import fitting
from debate.formats.outline import Options, Reading, Unreadable
from debate.formats.registry import FORMATS, READ
from debate.models import Debate, Import
from debate.models.debates import Visibility
from debate.models.imports import FILE_NAME_MAX, ImportState
from debate.selectors import imports as selectors

log = logging.getLogger(__name__)
BYTES_MOST = 10_000_000
AT_ONCE = 64_000
"""Bytes of a file that is read in the request that brings it."""
POINTS_AT_ONCE = 200
CHOICES_MOST, CHOICE_MOST = 2_000, 200
TURNS_MOST = 2_000
SPARE = timedelta(minutes=1)
"""After so long a job writes what a request was to write at once, if that was cut off."""
LOCKS = 0x696D706F  # "impo": imports among advisory locks


@dataclass(frozen=True, slots=True)
class Choices:
    """What is said with a file: where turns begin, what its undecided parts are, and what for."""

    turns_at: Sequence[int] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    visibility: str = Visibility.UNLISTED
    into: str | None = None


def start(*, by: User, format: str, data: bytes, name: str = "", said: Choices) -> Import:
    """Take a file to be read; returns the import, read already where the file is short.

    Raises PermissionDenied; LimitReached; ValidationError by field (format, file, and those of
    `change`).
    """
    rules.require(rules.may_import(by))
    problems: dict[str, str] = {}
    if format not in READ:
        problems["format"] = gettext("Choose one of the formats.")
    if not data.strip():
        problems["file"] = gettext("Choose a file, or paste its text.")
    elif len(data) > BYTES_MOST:
        problems["file"] = gettext("A file has at most %(most)s MB. Take a part of it.") % {
            "most": BYTES_MOST // 1_000_000
        }
    if problems:
        raise ValidationError(dict(problems))
    with transaction.atomic():
        spend(limits.of_import(by))
        made = Import(person=by, format=format, name=shown_name(name), data=data)
        _say(made, said, by)
        made.save()
        _set_going(made, at_once=len(data) <= AT_ONCE)
    return _after(made, at_once=len(data) <= AT_ONCE)


def shown_name(name: str) -> str:
    """The last part of a file's name, as it can be shown."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:FILE_NAME_MAX]


def _set_going(made: Import, *, at_once: bool) -> None:
    if not at_once:
        jobs.ask("read_import", pk=made.pk)


def _after(made: Import, *, at_once: bool) -> Import:
    """The import as it is now; what is short is read on the way."""
    if at_once:
        read(made.pk)
    made.refresh_from_db()
    return made


def change(made: Import, *, by: User, said: Choices) -> Import:
    """Choose otherwise, before it is written: the file is read again.

    Raises PermissionDenied; LimitReached; Conflict; ValidationError by field (turns_at, choices,
    question, visibility, into).
    """
    at_once = len(made.data) <= AT_ONCE
    with transaction.atomic():
        made = _locked(made, by, ImportState.READY, ImportState.FAILED)
        spend(limits.of_import(by))
        _say(made, said, by)
        made.state, made.error, made.moved_at = ImportState.READING, {}, timezone.now()
        made.save()
        _set_going(made, at_once=at_once)
    return _after(made, at_once=at_once)


def _say(made: Import, said: Choices, by: User) -> None:
    """Keep what was said with the file; raises ValidationError by field."""
    problems: dict[str, str] = {}
    if said.visibility not in Visibility.values:
        problems["visibility"] = gettext("Choose public, unlisted or private.")
    elif said.visibility == Visibility.PUBLIC and not (answer := rules.may_import_publicly(by)):
        problems["visibility"] = answer.reason
    problems |= _wrong_parts(said)
    if said.into:
        try:
            made.into = selectors.target(said.into, by)
            rules.require(rules.may_change(made.into, by))
        except Debate.DoesNotExist:
            problems["into"] = gettext("You have brought in no such debate.")
    elif said.into is not None:
        made.into = None
    if problems:
        raise ValidationError(dict(problems))
    made.options = {
        "turns_at": list(said.turns_at),
        "choices": dict(said.choices),
        "question": said.question[:2_000],
        "visibility": said.visibility,
        "is_new": said.into == "",
    }


def _wrong_parts(said: Choices) -> dict[str, str]:
    """What is wrong with turns and choices, by field."""
    problems = {}
    if len(said.turns_at) > TURNS_MOST or any(not 0 < n < 10**6 for n in said.turns_at):
        problems["turns_at"] = gettext("Give the numbers of lines at which turns begin.")
    longest = max((len(key) + len(value) for key, value in said.choices.items()), default=0)
    is_odd = any("\x00" in key for key in said.choices)
    if is_odd or len(said.choices) > CHOICES_MOST or longest > 2 * CHOICE_MOST:
        most = {"most": CHOICES_MOST}
        problems["choices"] = gettext("Choose for at most %(most)s parts.") % most
    return problems


def _locked(made: Import, by: User, *states: str) -> Import:
    """The import as it is now, if it is this person's and in one of these states."""
    made = Import.objects.select_for_update().get(pk=made.pk, person=by)
    rules.require(rules.may_import(by))
    if made.state not in states:
        raise Conflict(gettext("This import is not there to be changed any more."))
    return made


# ---- reading
def read(pk: int) -> None:
    """Read a file and keep what was found in it; done again, it changes nothing."""
    with alone(LOCKS, pk) as is_ours:
        made = Import.objects.filter(pk=pk, state=ImportState.READING).first()
        if not is_ours or made is None:
            return
        try:
            reading = fitted(made)
        except Unreadable as error:
            _keep(made, ImportState.FAILED, error=_told(error), told={})
            return
        made.found_as = found_as(made, reading)
        if made.into is None and not made.options.get("is_new"):
            made.into = selectors.brought_before(made)
        found = {"found_as": made.found_as, "into": made.into}
        _keep(made, ImportState.READY, told=bringing.preview(reading), **found)


def _keep(made: Import, state: ImportState, **found: Any) -> bool:
    """Store how far it has come and what was found; whether it was still there, and as it was."""
    found = {name: bringing.storable(value) for name, value in found.items()}
    there = Import.objects.filter(pk=made.pk, state=made.state)
    return bool(there.update(state=state, moved_at=timezone.now(), **found))


def _told(error: Unreadable) -> dict[str, Any]:
    return {"why": error.why, "told": error.told}


def fitted(made: Import) -> Reading:
    """What is in the file, as a debate can hold it; raises Unreadable."""
    options = Options(
        name=made.name,
        turns_at=tuple(made.options.get("turns_at", ())),
        choices=made.options.get("choices", {}),
        bytes_most=BYTES_MOST,
    )
    return read_file(made.format, bytes(made.data), options)


def read_file(format: str, data: bytes, options: Options) -> Reading:
    """Read a file in a format, and make it fit for a debate; raises Unreadable."""
    reading = FORMATS[format].reader()(data, options)
    return fitting.fit(reading, options, timezone.now())


def found_as(made: Import, reading: Reading) -> str:
    """What tells that a later file is the same debate: what its site calls it, or its name."""
    header = reading.outline.header
    known = header.source_id or header.address or header.slug
    if not known:
        known = f"file {made.name}" if made.name else hashlib.sha256(made.data).hexdigest()
    return f"{made.format} {known}"[:300]


# ---- writing
def confirm(made: Import, *, by: User) -> Import:
    """Write what the preview shows; returns the import, done already where it is short.

    Raises PermissionDenied; LimitReached; Conflict; ValidationError (question).
    """
    with transaction.atomic():
        made = _locked(made, by, ImportState.READY)
        at_once = made.told.get("counts", {}).get("points", 0) <= POINTS_AT_ONCE
        rules.require(_may_bring(made, by))
        if made.into is None:
            _require_question(made)
            deeds.count(by, Deed.DEBATES)
        made.state, made.moved_at = ImportState.WRITING, timezone.now()
        made.save()
        later = timezone.now() + SPARE if at_once else None
        jobs.ask("write_import", at=later, pk=made.pk)
    if at_once:
        write(made.pk)
    made.refresh_from_db()
    return made


def _may_bring(made: Import, by: User) -> rules.Answer:
    return rules.may_change(made.into, by) if made.into else rules.may_start_debate(by)


def _require_question(made: Import) -> None:
    if not (made.options.get("question", "").strip() or made.told.get("question")):
        raise ValidationError({"question": gettext("Say which question this debate asks.")})


def write(pk: int) -> None:
    """Write an import as a debate, all or nothing; done again, it changes nothing."""
    with alone(LOCKS, pk) as is_ours:
        made = Import.objects.filter(pk=pk, state=ImportState.WRITING)
        found = made.select_related("person", "into").first()
        if not is_ours or found is None:
            return
        try:
            reading = fitted(found)
            with suppress(Import.DoesNotExist), transaction.atomic():  # all of it is undone then
                _bring(found, reading)
        except Unreadable as error:
            _keep(found, ImportState.FAILED, error=_told(error))
        except PermissionDenied as error:
            _keep(found, ImportState.FAILED, error={"why": str(error)})
        except (DataError, IntegrityError):
            log.exception("Import %s cannot be stored.", pk)
            why = Unreadable(
                "Something in this file cannot be kept here. Please tell whoever runs this site."
            )
            _keep(found, ImportState.FAILED, error=_told(why))


def _bring(made: Import, reading: Reading) -> None:
    """Write it as its person may by now; raises Import.DoesNotExist where it was forgotten."""
    if made.into_id is not None:
        made.into = events.locked(made.into_id)
    rules.require(_may_bring(made, made.person))
    debate, done = bringing.bring(
        reading,
        by=made.person,
        into=made.into,
        people=made.people or selectors.people_of(made.into),
        question=made.options.get("question", ""),
        visibility=made.options["visibility"],
        whole=made.format == "crux",
        source=source(made.format, made.name),
    )
    told = {**made.told, **bringing.told(reading), "done": done.counts}
    found = {"debate": debate, "people": done.people, "told": told, "data": b""}
    if not _keep(made, ImportState.DONE, **found):
        raise Import.DoesNotExist


def source(format: str, name: str) -> str:
    """Where a debate comes from whose file does not say it: nowhere, if it is our own format."""
    title = FORMATS[format].title
    return "" if format == "crux" else f"{title}: {name}" if name else title


def discard(made: Import, *, by: User) -> None:
    """Forget an import with its file; the debate that came of it stays.

    Raises PermissionDenied; Conflict where it is being written, and has not stopped.
    """
    stopped = [ImportState.WRITING] if selectors.is_stuck(made) else []
    idle = (ImportState.READY, ImportState.FAILED, ImportState.READING, *stopped)
    with transaction.atomic():
        made = _locked(made, by, *idle)
        made.delete()
