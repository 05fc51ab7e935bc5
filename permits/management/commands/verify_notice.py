"""Say whether a PDF is a notice of this installation, unaltered and in force."""

import json
import os
import stat
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from permits import legal_time
from permits.errors import InvalidInputError
from permits.selectors.notice_effect import Effect
from permits.services.notice_checks import Match, NoticeCheck, Proof, Verdict, check_notice

MAX_BYTES = 200_000_000
# argparse itself ends with 2.
EXIT = {
    Verdict.GENUINE: 0,
    Verdict.NOT_GENUINE: 1,
    Verdict.REVOKED: 3,
    Verdict.REVOCATION_ISSUED: 3,
    Verdict.CORRECTED: 4,
    Verdict.CANNOT_BE_ESTABLISHED: 5,
    Verdict.NOT_NOTIFIED: 6,
}
UNREADABLE = 2
RESULTS = {
    Verdict.GENUINE: "Echt, unverändert und wirksam.",
    Verdict.NOT_GENUINE: "Kein unverändertes Schriftstück dieser Installation.",
    Verdict.REVOKED: "Echt und unverändert, gilt aber nicht mehr.",
    Verdict.REVOCATION_ISSUED: "Echt und unverändert; {noun} ausgefertigt am {day}, wird mit der Bekanntgabe wirksam.",
    Verdict.NOT_NOTIFIED: "Echt und unverändert, noch nicht bekannt gegeben und damit noch nicht wirksam.",
    Verdict.CORRECTED: "Echt und unverändert; gilt zusammen mit der Berichtigung.",
    Verdict.CANNOT_BE_ESTABLISHED: "Lässt sich nicht abschließend feststellen.",
}
LETTER = "Echt und unverändert."
MATCHES = {
    Match.WHOLE: "Die Datei steht im Ausgangsregister",
    Match.EXTENDED: "Die Datei beginnt mit einer Datei des Ausgangsregisters, der etwas angefügt wurde",
    Match.NONE: "Die Datei steht nicht im Ausgangsregister",
}
INPUTS = {
    Proof.SAME: "Die gespeicherten Eingaben ergeben wieder dieselbe Datei (vor dem Siegeln).",
    Proof.DIFFERENT: "Die gespeicherten Eingaben ergeben eine andere Datei. Bitte melden Sie das.",
    Proof.VERSIONS_DIFFER: "Nicht nachgerechnet: Die Programmfassungen haben sich seit der Ausfertigung geändert",
    Proof.RECORD_DAMAGED: "Die gespeicherten Eingaben sind unvollständig oder beschädigt. Bitte melden Sie das.",
    Proof.NOT_CHECKED: "Nicht geprüft.",
}
FILES = {
    Proof.SAME: "Die eingebetteten Dateien und Daten sind die gespeicherten.",
    Proof.DIFFERENT: "Die eingebetteten Dateien oder Daten sind nicht die gespeicherten.",
    Proof.NOT_CHECKED: "Nicht geprüft.",
}


class Command(BaseCommand):
    """Exit codes: 0 genuine and in force, 1 not genuine, 2 file cannot be read, 3 revoked, 4 corrected, 5 open, 6 not
    notified yet.
    """

    help = "Prüft eine PDF-Datei gegen Siegel, Ausgangsregister und gespeicherte Eingaben."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="die PDF-Datei")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="Ausgabe (Vorgabe: table)")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            check = check_notice(self._content(path))
        except InvalidInputError as error:
            raise CommandError(f"{path}: {error}", returncode=UNREADABLE) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(check), ensure_ascii=False, indent=1))
        else:
            rows = as_rows(check)
            width = max(len(name) for name, _ in rows)
            for name, text in rows:
                self.stdout.write(f"{name:<{width}}  {text}")
        if EXIT[check.verdict]:
            raise SystemExit(EXIT[check.verdict])

    def _content(self, path: Path) -> bytes:
        try:
            # Without waiting: opening a pipe that nobody writes to would never end.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise _unreadable(path, "Die Datei lässt sich nicht lesen: Sie ist keine gewöhnliche Datei.")
                with os.fdopen(descriptor, "rb", closefd=False) as file:
                    content = file.read(MAX_BYTES + 1)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _unreadable(path, "Die Datei lässt sich nicht lesen.") from error
        if len(content) > MAX_BYTES:
            raise _unreadable(path, f"Die Datei ist größer als {MAX_BYTES // 1_000_000} MB.")
        return content


def _unreadable(path: Path, message: str) -> CommandError:
    return CommandError(f"{path}: {message}", returncode=UNREADABLE)


def as_json(check: NoticeCheck) -> dict[str, object]:
    """Return the result for machines; keys and values are stable."""
    entry = check.entry
    return {
        "verdict": check.verdict,
        "effect": check.effect if check.entry else None,
        "exit_code": EXIT[check.verdict],
        "sha256": check.sha256,
        "seal": {"state": check.seal.state, "reason": check.seal.reason, "signer": check.seal.signer},
        "register": {
            "match": check.match,
            "number": entry.number if entry else None,
            "authority": entry.authority.slug if entry else None,
            "document": entry.document_number if entry else None,
            "title": entry.title if entry else None,
            "entered_at": entry.entered_at.isoformat() if entry else None,
            "seal_level": entry.seal_level if entry else None,
            "seal_profile": entry.seal_profile if entry else None,
        },
        "later": [
            {"act": row.act, "number": row.number, "at": row.at.isoformat(), "of": row.of} for row in check.later
        ],
        "valid_until": check.validity.until.isoformat() if check.validity else None,
        "inputs": check.inputs,
        "files": check.files,
        "other_versions": {name: {"then": then, "now": now} for name, (then, now) in check.other_versions.items()},
    }


def _result(check: NoticeCheck) -> str:
    if check.verdict is Verdict.GENUINE and check.effect is Effect.NONE:
        return LETTER
    ending = next((row for row in check.later if row.ends), None)
    day = f"{legal_time.legal_day(ending.at):%d.%m.%Y}" if ending else ""
    return RESULTS[check.verdict].format(noun=ending.noun if ending else "", day=day)


def as_rows(check: NoticeCheck) -> list[tuple[str, str]]:
    """Return the result for people."""
    entry = check.entry
    rows = [("Ergebnis", _result(check)), ("Prüfsumme", check.sha256)]
    if entry is None or entry.seal_level:
        rows.append(("Siegel", check.seal.reason))
    else:
        rows.append(("Siegel", "Dieses Schreiben wurde ohne Siegel ausgefertigt."))
    where = f" ({entry.authority.name}, Nr. {entry.number})" if entry else ""
    rows.append(("Register", f"{MATCHES[check.match]}{where}."))
    if entry is not None:
        day = legal_time.legal_day(entry.entered_at)
        rows.append(("Schriftstück", f"{entry.title} {entry.document_number}, ausgefertigt am {day:%d.%m.%Y}"))
    for row in check.later:
        by = f" durch {row.number}" if row.number else ""
        what = f"der Bescheid {row.of}, den diese Berichtigung betrifft, " if row.of else ""
        act = f"{row.noun} ausgefertigt" if row.ends and check.effect is Effect.ENDING else row.act.label
        rows.append((act, f"{what}am {legal_time.legal_day(row.at):%d.%m.%Y}{by}"))
    if check.validity and check.effect in (Effect.IN_FORCE, Effect.ENDING):
        until = f"bis {check.validity.until:%d.%m.%Y}, wenn bis dahin nicht begonnen wurde"
        proof = ". Beginn der Bauarbeiten oder Verlängerung bitte nachweisen lassen." if check.validity.is_over else ""
        rows.append(("Geltungsdauer", f"{'galt' if check.validity.is_over else 'gilt'} {until}{proof}"))
    other = ", ".join(f"{name} {then or '–'} → {now or '–'}" for name, (then, now) in check.other_versions.items())
    rows.append(("Eingaben", INPUTS[check.inputs] + (f": {other}." if other else "")))
    rows.append(("Anlagen", FILES[check.files]))
    return rows
