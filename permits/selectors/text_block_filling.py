"""A text block with the values of a case; what nobody knows is a gap that has a name."""

from collections.abc import Mapping
from dataclasses import dataclass

from permits.errors import InvalidInputError
from permits.letter_language import (
    FIELDS,
    LanguageError,
    check,
    fill,
    gap_errors,
    gaps_in,
    sample_values,
    values_of_authority,
    values_of_case,
)
from permits.models import PermitAuthority, PermitCase, TextBlockVersion


@dataclass(frozen=True)
class FilledBlock:
    """Text and reason with values; ``gaps`` names what is still to be filled in."""

    text: str
    reason: str
    gaps: tuple[str, ...]


def block_errors(text: str) -> list[LanguageError]:
    """Return all mistakes in a text of a block, of fields and conditions as of gaps, in their order."""
    errors = check(text, fields=FIELDS) + gap_errors(text)
    return sorted(errors, key=lambda error: (error.line, error.column))


def case_values(case: PermitCase) -> dict[str, str]:
    """Return the values of a case; a field that every case should have, and this one has not, becomes a gap."""
    values = values_of_case(case)
    return {
        name: value if value.strip() or not FIELDS[name].always else f"[[{FIELDS[name].label}]]"
        for name, value in values.items()
    }


def fill_block(version: TextBlockVersion, values: Mapping[str, str]) -> FilledBlock:
    """Return a version with values; raises InvalidInputError where it names a field that there is no more."""
    try:
        text, reason = (fill(part, values=values).strip() for part in (version.text, version.reason))
    except LanguageError as error:
        raise InvalidInputError(
            f"Der Textbaustein lässt sich für diesen Vorgang nicht ausfüllen. {error} Bitte geben Sie der "
            "Fachadministration Bescheid."
        ) from error
    return FilledBlock(text, reason, gaps_in(text, reason))


def sample_text(text: str, authority: PermitAuthority) -> str:
    """Return a text with the example values, and those of the authority that would print it; raises LanguageError."""
    return fill(text, values=sample_values() | values_of_authority(authority))
