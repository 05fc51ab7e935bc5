"""Verify the audit log."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from permits.selectors.audit import verify_audit
from permits.services.audit_seals import verify_heads


class Command(BaseCommand):
    """Recompute every chain; exit 1 where one does not hold."""

    help = "Prüft alle Protokollketten, auf Wunsch auch gegen eine früher gesiegelte Datei."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--against", type=Path, help="Datei mit gesiegelten Kettenköpfen (seal_audit)")

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify_audit()
        faults = [f"Kette {fault.chain}, Eintrag {fault.sequence}: {fault.message}" for fault in result.faults]
        if options["against"]:
            faults += verify_heads(path=options["against"])
        self.stdout.write(
            json.dumps(
                {
                    "chains": result.chains,
                    "events": result.events,
                    "erased_payloads": result.erased,
                    "faults": faults,
                },
                ensure_ascii=False,
            )
        )
        if faults:
            raise SystemExit(1)
