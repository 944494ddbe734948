"""Exporting all of a person's data: asking for it, and gathering it piece by piece."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts import limits, moments
from accounts.models import User
from accounts.spending import spend
from debate import rules
from debate.actions import jobs
from debate.actions.alone import alone
from debate.models import Export, ExportPart
from debate.models.exports import Format
from debate.models.naming import column
from debate.selectors import exports
from debate.text.documents import Document, Html, Json, Words

PART = 250_000  # characters
EVERY = 500  # rows between two notes of how far it is
LOCKS = 0x6578706F  # "expo": exports among advisory locks


def start(*, by: User) -> tuple[Export, bool]:
    """Have the person's data gathered; returns the export and whether it is a new one.

    One runs at a time: while it does, it is the answer. A new one takes the old one's place.
    Raises PermissionDenied, LimitReached.
    """
    rules.require(rules.may_export(by))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
        told = exports.progress(by)
        if told is not None and told.is_running:
            return told.export, False
        spend(limits.of_export(by))
        Export.objects.filter(person=by).delete()
        export = Export.objects.create(person=by)
        jobs.ask("export", export=export.pk)
    return export, True


def gather(export_id: int) -> None:
    """Write the files of an export; done twice, or of one that is gone, it changes nothing."""
    with alone(LOCKS, export_id) as is_ours:
        waiting = Export.objects.filter(pk=export_id, finished_at=None)
        export = waiting.select_related("person").first()
        if is_ours and export is not None:
            language = export.person.language or settings.LANGUAGE_CODE
            with translation.override(language):
                named = lru_cache(1_000)(column)  # in one language: it is asked for each value
                _Gathering(export, Words(language, named, moments.number, _told)).run()


def _told(value: Any) -> str:
    """A value that is no text, in words; times are the world's, whatever the zone of who reads."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        with timezone.override(None):
            return moments.minute(value)
    return str(value)


class _Gathering:
    """One run: the documents that are written, and what of them is not stored yet."""

    def __init__(self, export: Export, words: Words) -> None:
        self.export = export
        self.documents: dict[Format, Document] = {Format.JSON: Json(), Format.HTML: Html(words)}
        self.waiting: dict[Format, list[str]] = {form: [] for form in self.documents}
        self.sizes = dict.fromkeys(self.documents, 0)
        self.numbers = dict.fromkeys(self.documents, 0)

    def run(self) -> None:
        """Write everything, after what an earlier run has left."""
        self.export.parts.all().delete()
        person = self.export.person
        found = exports.sections(person)
        counts = [section.count() for section in found]
        self.export.done, self.export.total = 0, sum(counts)
        self._note("done", "total")
        facts = {"account": person.username, "made_at": timezone.now()}
        title = gettext("Your data on Crux, %(name)s") % {"name": person.shown_name}
        for form, document in self.documents.items():
            self._write(form, document.begin(title, facts))
        for section, count in zip(found, counts, strict=True):
            self._section(section, count)
        for form, document in self.documents.items():
            self._write(form, document.end())
            self._store(form)
        self.export.finished_at = timezone.now()
        self._note("done", "finished_at")

    def _section(self, section: exports.Section, count: int) -> None:
        for form, document in self.documents.items():
            self._write(form, document.section(section.policy.key, section.title, count))
        choices = section.choices()
        for row in section.rows():
            said = {name: choices[name].get(row[name], row[name]) for name in choices}
            self._write(Format.JSON, self.documents[Format.JSON].row(row))
            self._write(Format.HTML, self.documents[Format.HTML].row(row | said))
            self.export.done += 1
            if self.export.done % EVERY == 0:
                self._note("done")

    def _write(self, form: Format, text: str) -> None:
        self.waiting[form].append(text)
        self.sizes[form] += len(text)
        if self.sizes[form] >= PART:
            self._store(form)

    def _store(self, form: Format) -> None:
        text = "".join(self.waiting[form]).replace("\x00", "")
        self.numbers[form] += 1
        ExportPart.objects.create(
            export=self.export, format=form, number=self.numbers[form], text=text
        )
        self.waiting[form], self.sizes[form] = [], 0

    def _note(self, *fields: str) -> None:
        self.export.moved_at = timezone.now()
        self.export.save(update_fields=["moved_at", *fields])
