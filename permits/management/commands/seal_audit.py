"""Seal the heads of all audit chains into a file outside the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from permits.services.audit_seals import seal_heads


class Command(BaseCommand):
    """Write one signed file; the periodic job does the same every night."""

    help = "Siegelt die Köpfe aller Protokollketten in eine Datei außerhalb der Datenbank."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.AUDIT_SEAL_FOLDER)

    def handle(self, *args: Any, **options: Any) -> None:
        seal = seal_heads(folder=options["folder"])
        self.stdout.write(seal.file)
