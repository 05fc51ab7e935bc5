"""``manage.py derive_layers``: the layers are derived anew from the binding plans in force."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from permits.errors import BauakteError
from permits.management.options import add_authority, authority_of
from permits.services.layers import LayersInForceError
from permits.services.plans import derive_again


class Command(BaseCommand):
    """One JSON object on stdout: layer → snapshot."""

    help = (
        "Leitet die Ebenen neu aus den Bebauungsplänen in Kraft ab, zum Beispiel nach einer neuen Fassung von Bauakte."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose plans."""
        add_authority(parser)
        parser.add_argument("--replace-layers", action="store_true", help="Ebenen ersetzen, die aus Dateien stammen")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Derive and report."""
        owner = authority_of(options["authority"])
        try:
            layers = derive_again(owner=owner, by=None, replace_layers=options["replace_layers"])
        except LayersInForceError as error:
            raise CommandError(f"{error} Wenn das gewollt ist: --replace-layers.") from None
        except BauakteError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps({layer.layer: layer.snapshot_id for layer in layers}, ensure_ascii=False))
