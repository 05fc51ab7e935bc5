"""No gap goes out: what stands in double square brackets was for an officer to replace."""

from permits.errors import InvalidInputError
from permits.letter_language import gap_errors, gaps_in


def require_no_gaps(text: str, *, field: str) -> None:
    """Raise InvalidInputError for gaps that nobody has filled in, and for brackets that look like one."""
    if gaps := gaps_in(text):
        raise InvalidInputError(
            f"Hier fehlt noch etwas: {', '.join(gaps)}. Bitte ersetzen Sie die Stellen in doppelten eckigen Klammern.",
            field=field,
        )
    for error in gap_errors(text):
        raise InvalidInputError(str(error), field=field)
