"""Which issued notice a later one corrects or takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class NoticeReference:
    """An issued notice, named so that it cannot be mistaken: number, day, file (SHA-256), entry in the register."""

    title: str
    number: str
    dated_on: date
    sha256: str
    register_number: int
