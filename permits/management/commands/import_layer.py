"""``manage.py import_layer``: a file of reference data becomes a new published snapshot."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gis.attributes import layer_schemas
from gis.importing import ImportRequest, import_features
from permits.management.archive_limits import archive_limits
from permits.management.layer_reports import messages, record_of
from permits.management.options import add_authority, authority_of, past_day
from permits.models import PermitAuthority
from permits.services.layer_store import sweep_store
from permits.services.layers import LayersInForceError, publish_snapshot, require_not_derived

_BAD = 1
_PROGRESS_EVERY = 50_000


class Command(BaseCommand):
    """JSON summary on stdout, progress and German messages on stderr. Exit 0 when published (or valid), else 1."""

    help = (
        "Liest eine Fachebene ein (ALKIS-NAS, GeoPackage, GeoJSON, Shapefile, FlatGeobuf, GML) und veröffentlicht sie."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare arguments as in the design's contract."""
        parser.add_argument("layer", metavar="LAYER", choices=sorted(layer_schemas()), help="Ebene, z. B. parcels")
        parser.add_argument("file", metavar="FILE", type=Path, help="Datei, auch gepackt (zip, gz)")
        parser.add_argument("--source-layer", metavar="L", help="Ebene in der Datei, wenn sie mehrere enthält")
        parser.add_argument("--date", metavar="D", type=past_day, help="Stand der Daten, JJJJ-MM-TT")
        parser.add_argument("--source", metavar="S", default="", help="Quelle (Vorgabe: Name der Datei)")
        parser.add_argument("--licence", metavar="L", default="", help="Lizenz und Quellenvermerk")
        parser.add_argument(
            "--map",
            metavar="A=B",
            action="extend",
            nargs="+",
            default=[],
            type=_pair,
            help="Attribut der Ebene = Spalte der Quelle",
        )
        parser.add_argument("--srid", metavar="N", type=int, help="EPSG-Code des Datenstands, z. B. 25832")
        add_authority(parser)
        parser.add_argument("--repair", action="store_true", help="Fehlerhafte Geometrien bereinigen, soweit möglich")
        parser.add_argument("--skip-bad", action="store_true", help="Fehlerhafte Objekte auslassen und auflisten")
        parser.add_argument("--validate-only", action="store_true", help="Nur prüfen, nichts veröffentlichen")
        parser.add_argument(
            "--replace-layers",
            action="store_true",
            help="Auch eine Ebene ersetzen, die aus Bebauungsplänen abgeleitet ist",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, publish, report."""
        authority = authority_of(options["authority"])
        if not (options["validate_only"] or options["replace_layers"]):
            self._refuse_derived(authority, options["layer"])
        sweep_store()
        request = ImportRequest(
            layer=options["layer"],
            path=options["file"],
            owner="shared" if authority is None else str(authority.uuid),
            source=options["source"],
            licence=options["licence"],
            as_of=options["date"],
            attribute_map=dict(options["map"]),
            source_layer=options["source_layer"],
            srid=options["srid"] or (authority.crs_epsg if authority else None),
            repair=options["repair"],
            skip_bad=options["skip_bad"],
            validate_only=options["validate_only"],
            archive=archive_limits(),
        )
        summary = import_features(request, Path(settings.LAYER_ROOT), self._progress)
        if summary.snapshot_id is not None:
            publish_snapshot(
                record=record_of(summary, request),
                authority=authority,
                by=None,
                replace_derived=options["replace_layers"],
            )
        self.stdout.write(json.dumps(summary.to_json(), ensure_ascii=False, allow_nan=False))
        for text in messages(summary):
            self.stderr.write(text)
        if not summary.ok:
            raise CommandError(f"{summary.file}: {summary.error}", returncode=_BAD)

    def _refuse_derived(self, authority: PermitAuthority | None, layer: str) -> None:
        try:
            require_not_derived(authority=authority, layer=layer)
        except LayersInForceError as error:
            raise CommandError(f"{error} Wenn das gewollt ist: --replace-layers.", returncode=_BAD) from None

    def _progress(self, count: int) -> None:
        step = count // _PROGRESS_EVERY
        if step > getattr(self, "_step", 0):
            self._step = step
            self.stderr.write(f"{count:,} Objekte gelesen …".replace(",", "."))


def _pair(text: str) -> tuple[str, str]:
    left, separator, right = text.partition("=")
    if not (separator and left and right):
        raise argparse.ArgumentTypeError("Erwartet wird ATTRIBUT=SPALTE, zum Beispiel parcel_id=flstkennz.")
    return left.strip(), right.strip()
