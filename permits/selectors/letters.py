"""Letterheads and letter parts of an authority: what counts now, and what counted before."""

from collections.abc import Mapping

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
