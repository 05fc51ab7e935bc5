"""What can go wrong before a document is a PDF. Messages are German and name the place."""

from __future__ import annotations

from collections.abc import Mapping


class RenderError(Exception):
    """A document cannot be rendered; ``places`` are the fields of its context that are to blame."""

    def __init__(self, message: str, places: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.places = places


class GlyphCoverageError(RenderError):
    """Texts with characters that no font prints; ``missing`` maps a place to its characters."""

    def __init__(self, missing: Mapping[str, str]) -> None:
        from reports.coverage import describe_characters

        self.missing = dict(missing)
        listed = "; ".join(f"{place}: {describe_characters(lost)}" for place, lost in self.missing.items())
        super().__init__(
            f"Der Text enthält Zeichen, die sich nicht drucken lassen. Bitte ersetzen Sie sie: {listed}.",
            tuple(self.missing),
        )


class DrawingError(RenderError):
    """The site plan is no drawing, or does not fit a page at its scale."""


class ContradictionError(RenderError):
    """A context contradicts itself: a sum is not that of its parts, a certificate says fine and lists defects."""
