"""``manage.py compare_plans``: which objects of a binding plan differ between two versions."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from gis.comparison import compare_plans
from gis.layers import LayerUnavailableError
from gis.planning.model import BindingPlan
from gis.planning.storage import open_plan
from gis.readers.source import SourceError
from gis.readers.xplan import read_binding_plan
from permits.management.binding_plan_limits import binding_plan_limits
from permits.management.options import add_authority, authority_of, one_snapshot
from permits.management.states import file_or_id
from permits.models import PermitAuthority, PlanSnapshot

_UNREADABLE = 2


class Command(BaseCommand):
    """One JSON object (or sentences) on stdout; exit 0 when it could compare, 2 for what cannot be read."""

    help = "Vergleicht zwei Fassungen eines Bebauungsplans: XPlanGML-Dateien oder Kennungen von Datenständen."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Both versions, format."""
        parser.add_argument("old", metavar="OLD", help="alte Fassung: .gml, .zip oder Kennung des Datenstands")
        parser.add_argument("new", metavar="NEW", help="neue Fassung")
        parser.add_argument("--format", choices=("json", "table"), default="json", help="Ausgabe (Vorgabe: json)")
        add_authority(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compare and print."""
        authority = authority_of(options["authority"])
        try:
            old, new = (_opened(options[name], authority) for name in ("old", "new"))
        except LayerUnavailableError as error:
            raise CommandError(str(error), returncode=_UNREADABLE) from error
        comparison = compare_plans(old, new)
        if options["format"] == "json":
            self.stdout.write(json.dumps(comparison.to_json(), ensure_ascii=False, allow_nan=False))
            return
        for sentence in comparison.sentences():
            self.stdout.write(sentence)
        self.stdout.write(f"{comparison.unchanged} Objekte unverändert, {len(comparison.objects)} Änderungen")


def _opened(state: str, authority: PermitAuthority | None) -> BindingPlan:
    path = file_or_id(state, returncode=_UNREADABLE)
    if path is not None:
        try:
            return read_binding_plan(path, limits=binding_plan_limits()).plan
        except SourceError as error:
            raise CommandError(f"{path.name}: {error}", returncode=_UNREADABLE) from error
    known = PlanSnapshot.objects.filter(Q(plan__owner=authority) | Q(plan__owner=None)).select_related("plan__owner")
    snapshot = one_snapshot(known, state, see="manage.py layers --history")
    return open_plan(Path(settings.LAYER_ROOT), snapshot.plan.owner_folder, snapshot.plan.family, snapshot.snapshot_id)[
        1
    ]
