"""Shared by letters that ask for an answer: documents laid open, ways to look into them and to reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class ProvidedDocument:
    """A Bauvorlage that the addressee may read, in the version that is meant; SHA-256 where it is a file."""

    title: str
    file_name: str = ""
    version: int | None = None
    dated_on: date | None = None
    pages: int | None = None
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to look into the documents or to answer: a short name, and in full sentences how it works."""

    title: str
    text: str
