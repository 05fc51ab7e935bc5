"""Text blocks for tests: content with defaults, blocks of an authority, a signed-in browser."""

import datetime as dt
from typing import Any

from django.test import Client

from permits.models import PermitAuthority, TextBlock, TextBlockVersion, User
from permits.services.text_blocks import BlockContent, create_block

BEGIN = dt.date(2026, 1, 1)


def content(**changes: Any) -> BlockContent:
    """A requirement for the time before the start, valid since New Year."""
    values: dict[str, Any] = {
        "title": "Baubeginnsanzeige",
        "kind": "requirement",
        "stage": "before_start",
        "text": "Der Beginn der Arbeiten am Vorhaben „{{ bauvorhaben }}“ ist eine Woche vorher anzuzeigen.",
        "reason": "Die Bauaufsicht muss überwachen können.",
        "legal_basis": "§ 76 Abs. 1 NBauO",
        "valid_from": BEGIN,
    }
    return BlockContent(**values | changes)


def block(authority: PermitAuthority, key: str = "A-001", **changes: Any) -> TextBlock:
    """A block made by the system."""
    return create_block(authority=authority, by=None, key=key, content=content(**changes))


def newest(made: TextBlock) -> TextBlockVersion:
    """The newest version of a block."""
    made.refresh_from_db()
    assert made.current is not None
    return made.current


def browser(user: User) -> Client:
    """A signed-in browser."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
