"""Checking the signatures on documents that come in; the result is stored and shown beside the document."""

import dataclasses
import json
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from permits import legal_time
from permits.models import DocumentVersion, Level, SignatureReport, User
from permits.services import audit
from permits.services.files import read_file
from permits.services.writing import writing
from reports.seal_keys import parse_certificates
from reports.seal_policy import parse_revocation_list
from reports.signatures import SignatureCheck, check_signatures

CERTIFICATES = (".pem", ".crt", ".cer", ".der")
LISTS = (".crl", ".pem")
SIGNED = "signed"  # the finding of ``reports.pdf_inspect``


def trusted_roots() -> list[bytes]:
    """Return the configured roots; raises ImproperlyConfigured naming a file that is none."""
    return _files(settings.SIGNATURE_TRUST_FOLDER, CERTIFICATES, parse_certificates, "SIGNATURE_TRUST_FOLDER")


def revocation_lists() -> list[bytes]:
    """Return the configured revocation lists; raises ImproperlyConfigured naming a file that is none."""
    return _files(settings.SIGNATURE_REVOCATION_FOLDER, LISTS, parse_revocation_list, "SIGNATURE_REVOCATION_FOLDER")


def _files(folder: str, endings: tuple[str, ...], parse: object, setting: str) -> list[bytes]:
    if not folder:
        return []
    if not Path(folder).is_dir():
        raise ImproperlyConfigured(f"{setting}: „{folder}“ ist kein Ordner.")
    found = []
    for path in sorted(Path(folder).iterdir()):
        if path.suffix.lower() not in endings:
            continue
        try:
            content = path.read_bytes()
            parse(content)  # type: ignore[operator]
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(f"{setting}: Die Datei „{path.name}“ ist nicht lesbar.") from error
        found.append(content)
    return found


def check_content(content: bytes) -> SignatureCheck:
    """Judge the signatures of a file in a limited process; slow (seconds), so call it outside every lock.

    A broken setting is a check that could not be made, never a lost upload.
    """
    try:
        roots, lists = trusted_roots(), revocation_lists()
    except ImproperlyConfigured:
        problem = "Die Signaturen konnten nicht geprüft werden: Die Einstellungen der Prüfung sind fehlerhaft."
        return SignatureCheck(checked_at=legal_time.now(), problem=problem)
    return check_signatures(content, roots=roots, revocation_lists=lists, at=legal_time.now())


def record_check(*, version: DocumentVersion, check: SignatureCheck, by: User | None) -> SignatureReport:
    """Store what a check found, inside the transaction of the act that asked for it (the case is locked)."""
    content = json.loads(json.dumps(dataclasses.asdict(check), default=str))
    report = SignatureReport.objects.create(
        version=version, checked_at=check.checked_at, checked_by=by, state=check.state, content=content
    )
    audit.record(
        type="signature.checked",
        by=by,
        case=version.document.case,
        subject={"document": str(version.document.uuid), "version": version.number, "state": report.state},
    )
    return report


def check_again(*, version: DocumentVersion, by: User) -> SignatureReport:
    """Check the stored file once more, against the roots and lists of today; the earlier report stays."""
    check = check_content(read_file(version.file))
    with writing(case=version.document.case, by=by, level=Level.PROCESS):
        return record_check(version=version, check=check, by=by)
