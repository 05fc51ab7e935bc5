"""What is wrong in a text, and where."""

from permits.errors import BauakteError


class LanguageError(BauakteError):
    """A mistake in a text: ``line`` and ``column`` count from 1; ``message`` is a German sentence."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"Zeile {line}, Spalte {column}: {message}")
        self.line = line
        self.column = column
        self.message = message

    @classmethod
    def at(cls, text: str, index: int, message: str) -> "LanguageError":
        """Return the error at a character of ``text``; an index beyond the end means the end."""
        before = text[: max(0, index)]
        return cls(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1, message)
