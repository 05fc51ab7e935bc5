"""Locks under which publications follow each other, so that their numbers have no gap and none is lost."""

from collections.abc import Iterable

from django.db import connection

from permits.models import PermitAuthority


def lock_layers(*, authority: PermitAuthority | None, layers: Iterable[str]) -> None:
    """Wait for other publications of these layers; until the end of the transaction. Always in the same order."""
    for layer in sorted(layers):
        _lock(f"layer:{authority.pk if authority else 0}:{layer}")


def lock_plans(*, owner: PermitAuthority | None) -> None:
    """Wait for other changes of the owner's binding plans; to be taken before any lock of a layer."""
    _lock(f"plans:{owner.pk if owner else 0}")


def _lock(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
