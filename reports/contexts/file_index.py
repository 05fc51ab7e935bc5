"""Aktenverzeichnis: everything that the file of a case holds, dated, counted and bound by hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.contexts.parts import DocumentContext
from reports.errors import ContradictionError
from reports.registry import document_kind


@dataclass(frozen=True, kw_only=True)
class IndexEntry:
    """One piece of the file: when, what, from whom (by role, never by name).

    ``size_bytes`` is None for what is no file; ``pages`` where nobody counted them; ``sha256`` may be that of the
    content of what is no file.
    """

    at: datetime
    title: str
    author: str
    detail: str = ""
    file_name: str = ""
    version: int | None = None
    pages: int | None = None
    size_bytes: int | None = None
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class IndexSection:
    """A headed part of the file; ``left_out`` says in German what is not listed, and why."""

    title: str
    entries: tuple[IndexEntry, ...]
    left_out: str = ""

    @property
    def pages(self) -> int:
        """Sum of the pages that are known."""
        return sum(entry.pages or 0 for entry in self.entries)

    @property
    def uncounted(self) -> int:
        """How many files have no known number of pages."""
        return sum(1 for entry in self.entries if entry.size_bytes is not None and entry.pages is None)

    @property
    def files(self) -> int:
        """How many of the entries are files."""
        return sum(1 for entry in self.entries if entry.size_bytes is not None)

    @property
    def size_bytes(self) -> int:
        """Sum of the sizes."""
        return sum(entry.size_bytes or 0 for entry in self.entries)


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One entry of the audit log: number, moment, what happened, who by role, start of its hash."""

    sequence: int
    at: datetime
    label: str
    detail: str
    author: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class NumberedEntry:
    """An entry with its number in the whole index."""

    number: int
    entry: IndexEntry


@dataclass(frozen=True, kw_only=True)
class NumberedSection:
    """A section whose entries are numbered through the whole index."""

    section: IndexSection
    rows: tuple[NumberedEntry, ...]

    @property
    def last_number(self) -> int:
        """Number of the last entry."""
        return self.rows[-1].number


@document_kind("file_index", title="Aktenverzeichnis", version="2", styles=("sheet.css", "file_index.css"))
@dataclass(frozen=True, kw_only=True)
class FileIndex(DocumentContext):
    """Aktenverzeichnis of a case as of ``made_at`` (aware): sections, sums, the log with its head.

    ``log_head`` is the hash of the last entry of the audit chain, ``log_count`` how many entries it has; ``log`` may
    leave out entries (``log_left_out`` says which). A log longer than its count raises ``ContradictionError``.
    """

    made_at: datetime
    status: str
    sections: tuple[IndexSection, ...]
    log: tuple[LogLine, ...]
    log_count: int
    log_head: str
    log_left_out: str = ""

    def __post_init__(self) -> None:
        if len(self.log) > self.log_count:
            raise ContradictionError("Das Protokoll hat mehr Zeilen als Einträge.", ("log_count",))

    @property
    def numbered(self) -> list[NumberedSection]:
        """Sections that hold something, with numbers through the whole index."""
        found, number = [], 0
        for section in self.sections:
            rows = tuple(
                NumberedEntry(number=position, entry=entry)
                for position, entry in enumerate(section.entries, number + 1)
            )
            number += len(rows)
            if rows:
                found.append(NumberedSection(section=section, rows=rows))
        return found

    @property
    def entries(self) -> int:
        """How many pieces the file holds."""
        return sum(len(section.entries) for section in self.sections)

    @property
    def files(self) -> int:
        """How many of them are files."""
        return sum(section.files for section in self.sections)

    @property
    def pages(self) -> int:
        """Sum of all pages that are known."""
        return sum(section.pages for section in self.sections)

    @property
    def uncounted(self) -> int:
        """How many files have no known number of pages."""
        return sum(section.uncounted for section in self.sections)

    @property
    def size_bytes(self) -> int:
        """Sum of all sizes."""
        return sum(section.size_bytes for section in self.sections)
