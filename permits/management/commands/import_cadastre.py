"""``manage.py import_cadastre``: all layers of one ALKIS file become new published snapshots, together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gis.importing import CADASTRE_LAYERS, LEGAL_LAYERS, ImportRequest, import_cadastre
from permits.management.archive_limits import archive_limits
from permits.management.layer_reports import messages, record_of
from permits.management.options import add_authority, authority_of, past_day
from permits.services.cadastre import publish_cadastre
from permits.services.layer_store import sweep_store
from permits.services.layers import LayersInForceError

_BAD = 1


class Command(BaseCommand):
    """JSON summary on stdout, German messages on stderr. Exit 0 when published (or valid), else 1."""

    help = (
        "Liest alle Ebenen eines ALKIS-Auszugs (NAS oder vereinfachtes Schema) in einem Durchgang ein "
        "und veröffentlicht sie gemeinsam."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments; they mean what they mean for ``import_layer``."""
        parser.add_argument("file", metavar="FILE", type=Path, help="Datei, auch gepackt (zip mit allen Portionen, gz)")
        parser.add_argument(
            "--layers",
            metavar="L",
            nargs="+",
            choices=(*CADASTRE_LAYERS, *LEGAL_LAYERS),
            default=list(CADASTRE_LAYERS),
            help=(
                f"Ebenen; Vorgabe: {', '.join(CADASTRE_LAYERS)}. Nur auf Wunsch {', '.join(LEGAL_LAYERS)}: "
                "Im Kataster sind sie nachrichtlich."
            ),
        )
        parser.add_argument("--date", metavar="D", type=past_day, help="Stand der Daten, JJJJ-MM-TT")
        parser.add_argument("--source", metavar="S", default="", help="Quelle (Vorgabe: Name der Datei)")
        parser.add_argument("--licence", metavar="L", default="", help="Lizenz und Quellenvermerk")
        parser.add_argument("--srid", metavar="N", type=int, help="EPSG-Code des Datenstands, z. B. 25832")
        add_authority(parser)
        parser.add_argument("--repair", action="store_true", help="Fehlerhafte Geometrien bereinigen, soweit möglich")
        parser.add_argument("--skip-bad", action="store_true", help="Fehlerhafte Objekte auslassen und auflisten")
        parser.add_argument("--validate-only", action="store_true", help="Nur prüfen, nichts veröffentlichen")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, publish, report."""
        authority = authority_of(options["authority"])
        sweep_store()
        request = ImportRequest(
            layer="parcels",
            path=options["file"],
            owner="shared" if authority is None else str(authority.uuid),
            source=options["source"],
            licence=options["licence"],
            as_of=options["date"],
            srid=options["srid"] or (authority.crs_epsg if authority else None),
            repair=options["repair"],
            skip_bad=options["skip_bad"],
            validate_only=options["validate_only"],
            archive=archive_limits(),
        )
        summary = import_cadastre(request, options["layers"], Path(settings.LAYER_ROOT))
        records = [record_of(layer, request) for layer in summary.layers.values() if layer.snapshot_id is not None]
        try:
            publish_cadastre(records=records, authority=authority, by=None)
        except LayersInForceError as error:
            raise CommandError(f"{error} Bitte nennen Sie die übrigen Ebenen mit --layers.", returncode=_BAD) from None
        self.stdout.write(json.dumps(summary.to_json(), ensure_ascii=False, allow_nan=False))
        for name, layer in summary.layers.items():
            for text in messages(layer):
                self.stderr.write(f"{name}: {text}")
        for text in summary.notes:
            self.stderr.write(text)
        if not summary.ok:
            raise CommandError(f"{summary.file}: {summary.error}", returncode=_BAD)
