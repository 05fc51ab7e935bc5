"""``manage.py import_plan``: a binding plan (XPlanGML) becomes a new state of its family, and the layers follow."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gis.crs import CrsError, crs_from_epsg
from gis.layers import LayerUnavailableError
from gis.planning.family import family_of, is_family
from gis.planning.model import PlanReading
from gis.planning.storage import describe
from gis.readers.source import SourceError
from gis.readers.xplan import read_binding_plan
from gis.snapshots import SnapshotWriteError
from permits.errors import BauakteError
from permits.management.binding_plan_limits import binding_plan_limits
from permits.management.options import add_authority, authority_of, past_day
from permits.management.plan_summary import notes_on, problem_line, published, summary_of
from permits.models import PermitAuthority
from permits.selectors.plans import binding_plans, find_plan
from permits.services.layer_store import sweep_store
from permits.services.layers import LayersInForceError
from permits.services.plans import publish_plan

_BAD = 1
_NOTHING = "es wurde nichts veröffentlicht"


class Command(BaseCommand):
    """JSON summary on stdout, progress and German messages on stderr. Exit 0 when published (or valid), else 1."""

    help = (
        "Liest einen Bebauungsplan (XPlanGML 5.0 bis 6.x) ein. Ist er in Kraft, werden die Ebenen (Baugebiete, "
        "Baufenster, Baugrenzen …) aus allen Plänen in Kraft neu abgeleitet."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare arguments as in docs/howto/import-a-binding-plan.md."""
        parser.add_argument("file", metavar="FILE", type=Path, help="XPlanGML-Datei (.gml) oder Zip mit einer darin")
        add_authority(parser)
        parser.add_argument("--validate-only", action="store_true", help="Nur lesen und prüfen, nichts veröffentlichen")
        parser.add_argument(
            "--skip-bad",
            action="store_true",
            help="Trotz Fehlern veröffentlichen; Prüfungen an den fehlerhaften Stellen sind dann „nicht prüfbar“",
        )
        parser.add_argument(
            "--in-force-since",
            metavar="D",
            type=past_day,
            help="Der Plan ist seit diesem Tag (JJJJ-MM-TT) in Kraft, auch wenn die Datei etwas anderes sagt",
        )
        parser.add_argument(
            "--plan",
            metavar="KENNUNG",
            help="Kennung des schon eingelesenen Plans, dessen neuer Stand dies ist (siehe: manage.py layers)",
        )
        parser.add_argument(
            "--replace-layers",
            action="store_true",
            help="Ebenen ersetzen, die bisher aus Dateien stammen oder gemeinsam für alle Behörden gelten",
        )
        parser.add_argument("--source", metavar="S", default="", help="Quelle (Vorgabe: Name der Datei)")
        parser.add_argument("--licence", metavar="L", default="", help="Lizenz und Quellenvermerk")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, judge, publish, report."""
        path: Path = options["file"]
        owner = authority_of(options["authority"])
        self.stderr.write(f"{path.name} wird gelesen …")
        try:
            crs = None if owner is None else crs_from_epsg(owner.crs_epsg)
            reading = read_binding_plan(path, limits=binding_plan_limits(), crs=crs)
        except (SourceError, CrsError) as error:
            self._finish({"file": path.name, "ok": False, "error": str(error), "published": False, "problems": []})
            raise CommandError(f"{path.name}: {error}", returncode=_BAD) from None
        family = self._family(reading, owner, options["plan"])
        since: date | None = options["in_force_since"]
        meta = describe(reading, path, family=family, in_force_since=since)
        summary = summary_of(path, meta, reading)
        notes = [*reading.plan.notes, *notes_on(reading, meta, owner)]
        for problem in reading.problems:
            self.stderr.write(problem_line(problem))
        refusal = self._publish(summary, notes, reading, family, owner, options)
        for note in notes:
            self.stderr.write(note)
        self._finish({**summary, "ok": refusal is None, "error": refusal, "notes": notes})
        if refusal is not None:
            raise CommandError(f"{path.name}: {refusal}", returncode=_BAD)

    def _publish(
        self,
        summary: dict[str, Any],
        notes: list[str],
        reading: PlanReading,
        family: str,
        owner: PermitAuthority | None,
        options: dict[str, Any],
    ) -> str | None:
        """Publish where that is wanted and allowed; returns what stands against it. Completes summary and notes."""
        errors = len(reading.errors)
        counted = "1 Fehler" if errors == 1 else f"{errors} Fehler"
        if errors and not options["skip_bad"]:
            return f"Der Plan hat {counted}; {_NOTHING}."
        if errors:
            notes.append(f"Der Plan hat {counted}; Prüfungen an diesen Stellen sind „nicht prüfbar“.")
        if options["validate_only"]:
            return None
        self.stderr.write("Plan wird gespeichert, Ebenen werden abgeleitet …")
        sweep_store()
        try:
            result = publish_plan(
                reading=reading,
                file=options["file"],
                family=family,
                owner=owner,
                by=None,
                in_force_since=options["in_force_since"],
                replace_layers=options["replace_layers"],
                source=options["source"],
                licence=options["licence"],
            )
        except LayersInForceError as error:
            return f"{error} Wenn das gewollt ist, rufen Sie den Befehl mit --replace-layers auf; {_NOTHING}."
        except (BauakteError, LayerUnavailableError, SnapshotWriteError) as error:
            return f"{error} ({_NOTHING})"
        summary |= published(result)
        notes.extend(sorted({note for layer in result.layers for note in layer.notes}))
        if result.unchanged:
            notes.append("Dieser Stand des Plans galt schon; es hat sich nichts geändert.")
        return None

    def _family(self, reading: PlanReading, owner: PermitAuthority | None, wanted: str | None) -> str:
        if wanted is None:
            return family_of(reading.plan)
        if not is_family(wanted) or find_plan(owner, wanted) is None:
            known = ", ".join(state.plan.family for state in binding_plans(owner, with_shared=False)[:20])
            raise CommandError(f"Der Plan „{wanted}“ ist unbekannt. Bekannt sind: {known or 'keine'}.", returncode=_BAD)
        return wanted

    def _finish(self, summary: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(summary, ensure_ascii=False, allow_nan=False))
