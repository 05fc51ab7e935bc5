"""Texts of the authority in a paper: filled with the values of its case and pinned by version."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from permits.errors import InvalidInputError
from permits.letter_language import LanguageError, fill, gaps_nobody_fills, values_of_case
from permits.models import LetterPartVersion, LetterPlace, PermitCase
from permits.selectors.letters import parts_for_papers
from permits.services.letters.frame import paragraphs
from reports.contexts import DocumentContext, LetterPart
from reports.registry import kind_of


class UnfillableTextError(InvalidInputError):
    """A text of the authority does not go with its case; the message names text, version, line and what to do."""


def with_letter_parts(
    case: PermitCase, context: DocumentContext, parts: Iterable[LetterPartVersion] | None = None
) -> DocumentContext:
    """Return ``context`` with the authority's texts for its kind: ``parts``, or those in force.

    Raises UnfillableTextError where a text cannot be filled, naming text, place and reason.
    """
    found = parts_for_papers(case.authority, kind_of(context).id) if parts is None else parts
    values = values_of_case(case, dated_on=context.dated_on, due_on=due_day(context))
    return dataclasses.replace(context, letter_parts=filled(found, values))


def filled(parts: Iterable[LetterPartVersion], values: Mapping[str, str]) -> tuple[LetterPart, ...]:
    """Return the texts with values in place of fields. Raises UnfillableTextError."""
    made = []
    for part in parts:
        try:
            # A text from before gaps were refused.
            for error in gaps_nobody_fills(part.text):
                raise error
            text = fill(part.text, values=values)
        except LanguageError as error:
            version = f" (Fassung {part.number})" if part.number else ""
            raise UnfillableTextError(
                f"Der Text „{LetterPlace(part.place).label}“{version} der Behörde für dieses Schreiben lässt sich "
                f"nicht ausfüllen. {error} Bitte ergänzen Sie die Angabe, oder lassen Sie die Fachadministration den "
                "Text ändern."
            ) from error
        place: Any = part.place
        if printed := paragraphs(text):
            made.append(LetterPart(place=place, paragraphs=printed, key=part.key, version=part.number))
    return tuple(made)


def due_day(context: DocumentContext) -> dt.date | None:
    """Return the day until which a paper asks somebody to act, where its kind sets one."""
    due_on = getattr(context, "due_on", None)
    return due_on if isinstance(due_on, dt.date) else None


def pinned_versions(case: PermitCase, kind: str, content: Sequence[Mapping[str, Any]]) -> list[LetterPartVersion]:
    """Return the versions that a decision's frozen content names by place and number."""
    parts = case.authority.letter_parts
    return [parts.get(kind=kind, place=row["place"], number=row["version"]) for row in content]
