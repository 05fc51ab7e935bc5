"""Letterheads and letter parts of an authority: what counts now, and what counted before."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from permits.models import LetterheadVersion, LetterPartVersion, LetterPlace, PermitAuthority


def letterhead_in_force(authority: PermitAuthority) -> LetterheadVersion:
    """Return the letterhead that papers get now; an unsaved default where none was ever set."""
    return authority.letterheads.first() or LetterheadVersion(authority=authority, number=0)


def letterhead_history(authority: PermitAuthority) -> QuerySet[LetterheadVersion]:
    """Return all versions, the newest first."""
    return authority.letterheads.select_related("written_by")


def letter_parts_in_force(authority: PermitAuthority) -> Mapping[tuple[str, str], LetterPartVersion]:
    """Return the newest version of every letter part by kind and place, empty texts included. One query."""
    newest = authority.letter_parts.select_related("written_by").order_by("kind", "place", "-number")
    return {(part.kind, part.place): part for part in newest.distinct("kind", "place")}


def letter_part_history(authority: PermitAuthority, kind: str) -> dict[str, list[LetterPartVersion]]:
    """Return all versions of a kind's texts by place, the newest first."""
    history: dict[str, list[LetterPartVersion]] = {place: [] for place in LetterPlace.values}
    for part in authority.letter_parts.filter(kind=kind).select_related("written_by").order_by("-number"):
        history[part.place].append(part)
    return history


def parts_for_papers(authority: PermitAuthority, kind: str) -> list[LetterPartVersion]:
    """Return the texts that a new paper of ``kind`` gets, in their order; empty ones are left out."""
    found = {place: part for (of, place), part in letter_parts_in_force(authority).items() if of == kind}
    return [found[place] for place in LetterPlace.values if place in found and found[place].text.strip()]


@dataclass(frozen=True)
class ComparedRow:
    """One thing that two versions of a letterhead set, as people read it, and whether it differs."""

    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the two versions differ here."""
        return self.before != self.after


def compare_letterheads(older: LetterheadVersion, newer: LetterheadVersion) -> list[ComparedRow]:
    """Return everything that a letterhead sets, as it was and as it is."""
    before, after = _readable(older), _readable(newer)
    return [ComparedRow(label, before[label], after[label]) for label in before]


def _readable(version: LetterheadVersion) -> dict[str, str]:
    crest = hashlib.sha256(version.crest_svg.encode()).hexdigest()[:12] if version.crest_svg else ""
    columns = ["\n".join(column) for column in version.footer_columns]
    return {
        "Wappen": f"vorhanden (Prüfsumme {crest})" if crest else "ohne",
        "Beschreibung des Wappens": version.crest_alternative,
        "Farbe": version.accent_colour,
        "Hintergrund": version.tint_colour,
        "Absenderzeile": version.return_line or "Name und Anschrift der Behörde",
        "Internetadresse": version.website,
        "Grußformel": version.closing_formula,
        "Zeilen über den Namen": "\n".join(version.signature_lines),
        "Fußzeile": "\n\n".join(columns),
    }
