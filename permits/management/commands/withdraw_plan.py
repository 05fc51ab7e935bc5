"""``manage.py withdraw_plan``: a binding plan is out of force, and the layers follow."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from permits.errors import BauakteError
from permits.management.options import add_authority, authority_of
from permits.selectors.plans import find_plan
from permits.services.layers import LayersInForceError
from permits.services.plans import withdraw_plan


class Command(BaseCommand):
    """One JSON object on stdout."""

    help = "Setzt einen Bebauungsplan außer Kraft (Aufhebung, Urteil, Irrtum). Seine Datenstände bleiben erhalten."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Plan and reason."""
        parser.add_argument("plan", metavar="PLAN", help="Kennung des Plans (siehe: manage.py layers)")
        parser.add_argument("--reason", required=True, help="Grund, zum Beispiel das Urteil oder die Aufhebungssatzung")
        add_authority(parser)
        parser.add_argument("--replace-layers", action="store_true", help="Ebenen ersetzen, die aus Dateien stammen")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Withdraw and report."""
        owner = authority_of(options["authority"])
        plan = find_plan(owner, options["plan"])
        if plan is None:
            raise CommandError(f"Der Plan „{options['plan']}“ ist unbekannt. Die Pläne zeigt: manage.py layers")
        try:
            publication = withdraw_plan(
                plan=plan, reason=options["reason"], by=None, replace_layers=options["replace_layers"]
            )
        except LayersInForceError as error:
            raise CommandError(f"{error} Wenn das gewollt ist: --replace-layers.") from None
        except BauakteError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps({"plan": plan.family, "number": publication.number}, ensure_ascii=False))
