"""``manage.py compare_layers``: what was split, merged, moved or renamed between two states of a layer."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from gis.attributes import layer_schemas
from gis.comparison import ComparisonError, LayerComparison, compare_layers
from gis.layers import Layer, LayerUnavailableError, UnavailableLayer, open_layer_file
from permits.management.options import add_authority, authority_of, one_snapshot
from permits.management.states import file_or_id
from permits.models import LayerPublication, LayerSnapshot, PermitAuthority
from permits.parcel_numbers import parcel_label
from permits.selectors.layers import open_published

_UNREADABLE = 2


class Command(BaseCommand):
    """One JSON object (or a table) on stdout; exit 0 when it could compare, 2 for what cannot be read."""

    help = (
        "Vergleicht zwei Stände einer Ebene, zum Beispiel der Flurstücke: Dateien oder Kennungen von Datenständen; "
        "ohne Angabe den vorigen Stand mit dem geltenden."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Layer, both states, window, format."""
        areas = sorted(name for name, schema in layer_schemas().items() if schema.geometry == "polygon")
        parser.add_argument("layer", metavar="LAYER", choices=areas, help=f"Ebene: {', '.join(areas)}")
        parser.add_argument("states", metavar="STATE", nargs="*", help="alter und neuer Stand: Datei oder Kennung")
        parser.add_argument(
            "--window", type=float, nargs=4, metavar=("W", "S", "E", "N"), help="nur in diesem Fenster (System von ALT)"
        )
        parser.add_argument("--format", choices=("json", "table"), default="json", help="Ausgabe (Vorgabe: json)")
        add_authority(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compare and print."""
        authority = authority_of(options["authority"])
        states = options["states"] or _last_two(options["layer"], authority)
        if len(states) != 2:
            raise CommandError("Bitte geben Sie zwei Stände an: alt und neu.", returncode=_UNREADABLE)
        try:
            old, new = (_opened(options["layer"], state, authority) for state in states)
            window = tuple(options["window"]) if options["window"] else None
            comparison = compare_layers(old, new, window=window)
        except LayerUnavailableError as error:
            raise CommandError(error.reason, returncode=_UNREADABLE) from error
        except (ComparisonError, ValueError) as error:
            reason = str(error) if isinstance(error, ComparisonError) else "Das Fenster ist keines (W S E N)."
            raise CommandError(reason, returncode=_UNREADABLE) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(comparison.to_json(), ensure_ascii=False, allow_nan=False))
        else:
            self._print_table(comparison)

    def _print_table(self, comparison: LayerComparison) -> None:
        name = parcel_label if comparison.old.layer == "parcels" else str
        for change in comparison.changes:
            self.stdout.write(f"{change.kind.label:<17}  {change.sentence(name)}")
        self.stdout.write(f"{comparison.unchanged} unverändert, {len(comparison.changes)} Änderungen")
        for note in comparison.notes:
            self.stdout.write(note)


def _opened(layer: str, state: str, authority: PermitAuthority | None) -> Layer:
    path = file_or_id(state, returncode=_UNREADABLE)
    if path is not None:
        return open_layer_file(layer, path)
    known = LayerSnapshot.objects.filter(Q(owner=authority) | Q(owner=None), layer=layer).select_related("owner")
    layer_of_state = open_published(one_snapshot(known, state, see="manage.py layers --history"))
    if isinstance(layer_of_state, UnavailableLayer):
        raise LayerUnavailableError(layer_of_state.reason)
    return layer_of_state


def _last_two(layer: str, authority: PermitAuthority | None) -> list[str]:
    """The state in force and the one before it, old first."""
    published = LayerPublication.objects.filter(authority=authority, layer=layer).order_by("-number")
    ids = list(dict.fromkeys(published.values_list("snapshot__snapshot_id", flat=True)[:50]))
    if len(ids) < 2:
        raise CommandError(
            "Für diese Ebene gibt es noch keine zwei Stände. Bitte geben Sie zwei Dateien oder Kennungen an.",
            returncode=_UNREADABLE,
        )
    return [ids[1], ids[0]]
