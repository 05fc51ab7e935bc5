"""``manage.py check_site_plans``: every registered check on a file of site plans, without a case or a database."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gis.checking import INPUT, CheckingError, check_plans, open_inputs
from gis.checks import CheckResult, Verdict
from gis.matching import Point
from gis.readers import format_names
from gis.readers.dxf_layer_map import LayerMap, LayerMapError, load_layer_map
from gis.wording import number
from permits.services.plan_reading import own_layer_maps, plan_limits

_UNREADABLE = 2
#: What argparse takes for a value though it begins like an option: a matched point left of the origin.
_NEGATIVE_NUMBER = re.compile(r"^-\.?\d")


class Command(BaseCommand):
    """Strict JSON lines (or a table) on stdout; exit 0 when any plan could be checked, 2 for unreadable input."""

    help = f"Prüft Lagepläne ({format_names()}) gegen Flurstücke und weitere Ebenen."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare arguments as in the design's contract."""
        parser._negative_number_matcher = _NEGATIVE_NUMBER
        parser.add_argument("plans", metavar="PLANS", type=Path, help="Datei mit einem oder mehreren Lageplänen")
        parser.add_argument(
            "--layer",
            metavar="NAME=FILE",
            action="append",
            default=[],
            type=_layer,
            help="Ebene, z. B. parcels=datei.gpkg",
        )
        parser.add_argument("--rules", default="ni", help="Regelwerk: Land oder TOML-Datei (Vorgabe: ni)")
        parser.add_argument("--on", type=_day, default=None, help="Stichtag JJJJ-MM-TT (Vorgabe: heute)")
        parser.add_argument(
            "--dxf-map",
            metavar="FILE",
            action="append",
            default=[],
            type=_layer_map,
            help="Zuordnung der Layernamen von Zeichnungen (TOML), vor den eingebauten; mehrfach möglich",
        )
        parser.add_argument(
            "--match",
            metavar="X,Y=E,N",
            action="append",
            default=[],
            type=_matched,
            help="Passpunkt: Koordinaten in der Zeichnung = Ost- und Nordwert im System der Flurstücke; zweimal",
        )
        parser.add_argument("--format", choices=("json", "table"), default="json", help="Ausgabe (Vorgabe: json)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run and print."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8, whatever the terminal is set to
        on = options["on"] or datetime.now(ZoneInfo("Europe/Berlin")).date()
        try:
            inputs = open_inputs(
                options["plans"],
                options["layer"],
                rules=options["rules"],
                on=on,
                limits=plan_limits(),
                layer_maps=(*options["dxf_map"], *own_layer_maps()),
                match=options["match"],
            )
        except (CheckingError, ImproperlyConfigured) as error:
            raise CommandError(str(error), returncode=_UNREADABLE) from error
        try:
            readable = self._print(check_plans(inputs.plans, inputs.layers, inputs.rules), options["format"])
            self.stdout.flush()
        except BrokenPipeError:  # who reads has seen enough, as with "| head"
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        if inputs.error:
            raise CommandError(f"{options['plans'].name}: {inputs.error.text}", returncode=_UNREADABLE)
        if not readable:
            raise CommandError(f"{options['plans'].name}: Kein Lageplan der Datei ist lesbar.", returncode=_UNREADABLE)

    def _print(self, results: Iterable[CheckResult], form: str) -> bool:
        """Print the results; whether any plan was readable."""
        readable = False

        def noted() -> Iterator[CheckResult]:
            nonlocal readable
            for result in results:
                readable = readable or result.check != INPUT
                yield result

        if form == "json":
            self._print_json(noted())
        else:
            self._print_table(noted())
        return readable

    def _print_json(self, results: Iterable[CheckResult]) -> None:
        for result in results:
            self.stdout.write(json.dumps(result.to_json(), ensure_ascii=False, allow_nan=False))

    def _print_table(self, results: Iterable[CheckResult]) -> None:
        results = list(results)
        rows = [("Lageplan", "Prüfung", "Ergebnis", "Wert", "Grenze", "Einheit")]
        rows += [(r.plan, r.check, r.label, _figure(r.value), _figure(r.limit), r.unit) for r in results]
        widths = [max(len(row[column]) for row in rows) for column in range(6)]
        for row in rows:
            cells = [
                cell.rjust(width) if column in {3, 4} else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            self.stdout.write("  ".join(cells).rstrip())
        for result in results:
            if result.verdict == Verdict.NOT_ASSESSABLE:
                self.stdout.write(f"{result.plan}, {result.check}: {result.message}")


def _figure(value: float | None) -> str:
    return "–" if value is None else number(value, 3)


def _layer(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if not (separator and name and path):
        raise argparse.ArgumentTypeError("Erwartet wird NAME=DATEI, zum Beispiel parcels=flurstuecke.gpkg.")
    return name, Path(path)


def _layer_map(text: str) -> LayerMap:
    try:
        return load_layer_map(Path(text))
    except LayerMapError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _matched(text: str) -> tuple[Point, Point]:
    try:
        drawing, ground = text.split("=")
        x, y = (float(value) for value in drawing.split(","))
        east, north = (float(value) for value in ground.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            "Erwartet wird X,Y=E,N mit Punkt als Dezimalzeichen, zum Beispiel 0,0=550012.34,5800123.45."
        ) from None
    return (x, y), (east, north)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("Erwartet wird ein Tag als JJJJ-MM-TT.") from None
