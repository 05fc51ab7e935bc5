"""Which errors no second try mends when a paper is made, and what people read about them."""

from permits.errors import InvalidInputError
from permits.services.revocation_periods import RevocationPeriodError
from reports.coverage import describe_characters
from reports.errors import GlyphCoverageError, RenderError

# The task that carries the sentence has 500 characters.
LONGEST = 300
WHERE = {
    "letterhead": "im Briefkopf",
    "recipient": "in der Anschrift",
    "contact": "im Namen der Sachbearbeitung",
    "case": "in den Angaben des Vorgangs",
    "letter_parts": "im Text der Behörde",
}


def is_permanent(error: BaseException) -> bool:
    """Whether a paper fails again however often it is tried: a text, a value or a day stands against it."""
    return isinstance(error, InvalidInputError | RenderError | RevocationPeriodError)


def reason_for_officers(error: BaseException | None) -> str:
    """Return what stands against a paper and what to do, in German; empty where only technicians can help."""
    if isinstance(error, GlyphCoverageError):
        lost = describe_characters("".join(dict.fromkeys("".join(error.missing.values()))))
        parts = (place.partition(".")[0].partition("[")[0] for place in error.missing)
        places = " und ".join(dict.fromkeys(WHERE.get(part, "im Inhalt des Schreibens") for part in parts))
        return _short(f"Zeichen {places} lassen sich nicht drucken: {lost}.") + " Bitte lassen Sie sie ersetzen."
    if error is not None and is_permanent(error):
        return _short(str(error))
    return ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
