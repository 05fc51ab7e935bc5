"""``manage.py check_layer_source``: connect to a configured live source, read a window, and say what was found."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from permits.models import PermitAuthority
from permits.selectors.layer_sources import configured_sources, probe_source

_BAD = 1
_WINDOW = ("W", "S", "E", "N")


class Command(BaseCommand):
    """One JSON object on stdout. Exit 0 when the window could be read completely, else 1."""

    help = "Verbindet sich mit einer Live-Quelle (PostGIS, WFS, OGC API Features) und liest einen Ausschnitt."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare arguments."""
        parser.add_argument("name", metavar="NAME", help="Name der Quelle in LAYER_SOURCES_FILE")
        parser.add_argument(
            "--window",
            nargs=4,
            type=float,
            metavar=_WINDOW,
            required=True,
            help="Ausschnitt: kleinster Rechts- und Hochwert, größter Rechts- und Hochwert",
        )
        parser.add_argument("--srid", type=int, default=25832, help="EPSG-Code des Ausschnitts (Vorgabe: 25832)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Probe and print."""
        try:
            sources = {source.name: source for source in configured_sources()}
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=_BAD) from None
        if options["name"] not in sources:
            raise CommandError(
                f"Die Live-Quelle „{options['name']}“ ist nicht eingetragen. "
                f"Vorhanden: {', '.join(sorted(sources)) or 'keine'}.",
                returncode=_BAD,
            )
        source = sources[options["name"]]
        known = set(PermitAuthority.objects.values_list("slug", flat=True))
        strangers = sorted(set(source.authorities) - known)
        if strangers:
            raise CommandError(
                f"Die Live-Quelle „{source.name}“ nennt die unbekannte Behörde „{strangers[0]}“. "
                f"Bekannt sind: {', '.join(sorted(known)) or 'keine'}.",
                returncode=_BAD,
            )
        start = time.monotonic()
        found = probe_source(source, tuple(options["window"]), options["srid"])
        found["seconds"] = round(time.monotonic() - start, 3)
        self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False))
        if not found["ok"]:
            raise CommandError(found["reason"], returncode=_BAD)
