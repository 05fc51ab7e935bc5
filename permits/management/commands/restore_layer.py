"""``manage.py restore_layer``: an earlier state of a layer is put into force again."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from permits.errors import BauakteError
from permits.management.options import add_authority, authority_of, one_snapshot
from permits.models import LayerSnapshot
from permits.services.layers import LayersInForceError, restore_snapshot


class Command(BaseCommand):
    """One JSON object on stdout."""

    help = (
        "Setzt einen früheren Datenstand einer Ebene wieder in Kraft. Die Datenstände zeigt: manage.py layers --history"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Layer and beginning of the snapshot's id."""
        parser.add_argument("layer", metavar="LAYER", help="Ebene, z. B. parcels")
        parser.add_argument("snapshot", metavar="SNAPSHOT", help="Kennung des Datenstands oder ihr Anfang (8 Zeichen)")
        add_authority(parser)
        parser.add_argument(
            "--replace-layers",
            action="store_true",
            help="Auch eine Ebene ersetzen, die aus Bebauungsplänen abgeleitet ist",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore and report."""
        authority = authority_of(options["authority"])
        see = f"manage.py layers --history{f' --authority {authority.slug}' if authority else ''}"
        snapshots = LayerSnapshot.objects.filter(owner=authority, layer=options["layer"])
        snapshot = one_snapshot(snapshots, options["snapshot"], see=see)
        try:
            publication = restore_snapshot(
                snapshot=snapshot, authority=authority, by=None, replace_derived=options["replace_layers"]
            )
        except LayersInForceError as error:
            raise CommandError(f"{error} Wenn das gewollt ist: --replace-layers.") from None
        except BauakteError as error:
            raise CommandError(str(error)) from None
        result = {"layer": snapshot.layer, "snapshot": snapshot.snapshot_id, "number": publication.number}
        self.stdout.write(json.dumps(result, ensure_ascii=False))
