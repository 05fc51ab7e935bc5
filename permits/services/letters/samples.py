"""Sample papers with an authority's own letterhead and texts: what the administration sees before anybody gets one."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from permits.letter_language import FIELDS, Field, sample_values, values_of_authority
from permits.models import LetterheadVersion, LetterPartVersion, PermitAuthority
from permits.services.documents_out import printed
from permits.services.letters.frame import ask_line, letterhead
from permits.services.letters.parts import due_day, filled
from reports.contexts import Contact, DocumentContext
from reports.formatting import german_date
from reports.registry import KINDS, kind_of
from reports.samples import SAMPLES

# Papers that are no letters: nobody is greeted, so there is no place for an authority's own texts. And the sheet that
# goes before a printed notice, which has them already.
WITHOUT_TEXTS = frozenset({"site_sign", "check_report", "file_index", "cover_letter"})
PERSON = "Erika Mustermann"
SAMPLE_KIND = "receipt"
"""The kind whose sample shows a letterhead: every authority writes it, and it has one page."""


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter with texts of the authority."""

    id: str
    title: str


def letter_kinds() -> list[LetterKind]:
    """Return every kind of letter that has a sample, in the order of their titles."""
    known = {kind_of(sample).id for sample in SAMPLES.values()}
    kinds = [LetterKind(kind.id, kind.title) for kind in KINDS.values() if kind.id in known - WITHOUT_TEXTS]
    return sorted(kinds, key=lambda kind: kind.title)


@lru_cache
def fields_of_kind(kind: str) -> Mapping[str, Field]:
    """Return the fields that texts of a kind may name: ``frist`` only where the kind sets one, and then always."""
    if due_day(_sample(kind)) is None:
        return {name: field for name, field in FIELDS.items() if name != "frist"}
    return {**FIELDS, "frist": dataclasses.replace(FIELDS["frist"], always=True)}


def sample_context(
    authority: PermitAuthority,
    *,
    kind: str = SAMPLE_KIND,
    version: LetterheadVersion | None = None,
    parts: Iterable[LetterPartVersion] = (),
) -> DocumentContext:
    """Return the sample of a kind with a letterhead and texts that need not be saved; raises InvalidInputError."""
    sample = _sample(kind)
    contact = Contact(name=PERSON, phone=authority.phone, email=authority.email)
    return dataclasses.replace(
        sample,
        letterhead=letterhead(authority, version),
        contact=contact,
        summary=dataclasses.replace(sample.summary, ask=ask_line(contact)) if sample.summary else None,
        letter_parts=filled(parts, _values(authority, sample)),
        seal=None,
        verification=None,
    )


def sample_pdf(context: DocumentContext) -> bytes:
    """Return a sample as PDF, unsealed. Raises InvalidInputError saying what cannot be printed."""
    return printed(context).pdf


def _sample(kind: str) -> DocumentContext:
    return next(sample for sample in SAMPLES.values() if kind_of(sample).id == kind)


def _values(authority: PermitAuthority, sample: DocumentContext) -> dict[str, str]:
    """Examples of all fields, those of the sample's own case where it has them."""
    due_on = due_day(sample)
    case = sample.case
    return {
        **sample_values(),
        "aktenzeichen": case.case_number,
        "bauvorhaben": case.proposal,
        "baugrundstueck": case.site_address,
        "bauherrschaft": case.applicant,
        "verfahren": case.procedure,
        "antragsdatum": german_date(case.applied_on) if case.applied_on else sample_values()["antragsdatum"],
        "datum": german_date(sample.dated_on),
        "frist": german_date(due_on) if due_on else "",
        **values_of_authority(authority),
        "sachbearbeitung": PERSON,
        "sachbearbeitung_telefon": authority.phone,
    }
