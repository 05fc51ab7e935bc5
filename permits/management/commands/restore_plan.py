"""``manage.py restore_plan``: an earlier state of a binding plan counts again, and the layers follow."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from permits.errors import BauakteError
from permits.management.options import add_authority, authority_of, one_snapshot
from permits.models import PlanSnapshot
from permits.services.layers import LayersInForceError
from permits.services.plans import restore_plan


class Command(BaseCommand):
    """One JSON object on stdout."""

    help = "Lässt einen früheren Stand eines Bebauungsplans wieder gelten. Die Stände zeigt: manage.py layers --history"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Plan and beginning of the snapshot's id."""
        parser.add_argument("plan", metavar="PLAN", help="Kennung des Plans")
        parser.add_argument("snapshot", metavar="SNAPSHOT", help="Kennung des Datenstands oder ihr Anfang (8 Zeichen)")
        add_authority(parser)
        parser.add_argument("--replace-layers", action="store_true", help="Ebenen ersetzen, die aus Dateien stammen")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore and report."""
        owner = authority_of(options["authority"])
        see = f"manage.py layers --history{f' --authority {owner.slug}' if owner else ''}"
        snapshots = PlanSnapshot.objects.filter(plan__owner=owner, plan__family=options["plan"])
        snapshot = one_snapshot(snapshots.select_related("plan__owner"), options["snapshot"], see=see)
        try:
            result = restore_plan(snapshot=snapshot, by=None, replace_layers=options["replace_layers"])
        except LayersInForceError as error:
            raise CommandError(f"{error} Wenn das gewollt ist: --replace-layers.") from None
        except BauakteError as error:
            raise CommandError(str(error)) from None
        summary = {
            "plan": snapshot.plan.family,
            "snapshot": snapshot.snapshot_id,
            "number": result.publication.number,
            "layers": {layer.layer: layer.snapshot_id for layer in result.layers},
        }
        self.stdout.write(json.dumps(summary, ensure_ascii=False))
