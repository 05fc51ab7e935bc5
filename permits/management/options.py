"""What the commands for layers and plans have in common."""

import argparse
from datetime import date
from typing import TypeVar

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from permits.models import LayerSnapshot, PermitAuthority, PlanSnapshot

_SHORTEST_ID = 8

Snapshot = TypeVar("Snapshot", LayerSnapshot, PlanSnapshot)


def add_authority(parser: CommandParser, *, otherwise: str = "für alle Behörden") -> None:
    """Declare ``--authority``."""
    parser.add_argument("--authority", metavar="A", help=f"Kürzel der Behörde (Vorgabe: {otherwise})")


def authority_of(slug: str | None) -> PermitAuthority | None:
    """Return the authority with this short name, None for None; raises CommandError."""
    if slug is None:
        return None
    try:
        return PermitAuthority.objects.get(slug=slug)
    except PermitAuthority.DoesNotExist:
        known = ", ".join(PermitAuthority.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(f"Die Behörde „{slug}“ ist unbekannt. Bekannt sind: {known or 'keine'}.") from None


def day(text: str) -> date:
    """Parse a day given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("Erwartet wird ein Tag als JJJJ-MM-TT.") from None


def past_day(text: str) -> date:
    """Parse a day that has come: nothing is in force, and no data are taken, before their day."""
    value = day(text)
    if value > timezone.localdate():
        raise argparse.ArgumentTypeError(f"Der {value:%d.%m.%Y} liegt in der Zukunft.")
    return value


def one_snapshot(snapshots: QuerySet[Snapshot], beginning: str, *, see: str) -> Snapshot:
    """Return the snapshot whose id begins so; raises CommandError for none, for several, and for less than 8 signs."""
    if len(beginning) < _SHORTEST_ID:
        raise CommandError(f"Bitte geben Sie mindestens {_SHORTEST_ID} Zeichen der Kennung des Datenstands an.")
    found = list(snapshots.filter(snapshot_id__startswith=beginning.lower())[:2])
    if not found:
        raise CommandError(f"Es gibt keinen Datenstand „{beginning}“. Die Datenstände zeigt: {see}")
    if len(found) > 1:
        raise CommandError(f"„{beginning}“ passt auf mehrere Datenstände. Bitte geben Sie mehr Zeichen an.")
    return found[0]
