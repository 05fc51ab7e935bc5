"""Run by ``bench_issuing`` in a process of its own, with a database: issue real notices, print one JSON line."""

from __future__ import annotations

import json
import statistics
import time

from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from config.launcher.postgres import EmbeddedPostgres
from demo.authorities import create_authorities
from demo.cast import create_cast
from demo.layers import import_town, publish_town
from permits.models import IssuedDocument, Outcome, PermitCase, StoredFile
from permits.services.assessment import add_condition
from permits.services.files import read_file
from permits.services.issuing import issue_document, prepare_document
from reports.engine import AssetFetcher
from reports.html import Asset
from tests.cast import Cast, fill_draft, generated_town
from tests.settings import TEST_SERVER
from workflows import actions

CASES = 8
CONDITIONS = 12
TEXT = (
    "Vor Beginn der Bauarbeiten ist der Bauaufsichtsbehörde ein Nachweis der Standsicherheit vorzulegen, den eine dazu "
    "befugte Person aufgestellt hat; die Ausführung ist durch sie zu überwachen und zu bescheinigen."
)


def main() -> None:
    """Issue ``CASES`` notices, each from its signed decision to the stored, registered PDF."""
    server = EmbeddedPostgres(TEST_SERVER, durable=False)
    server.start()
    try:
        old = setup_databases(verbosity=0, interactive=False)
        try:
            print(json.dumps(_measure()), flush=True)
        finally:
            connection.close()
            teardown_databases(old, verbosity=0)
    finally:
        server.stop()


def _measure() -> dict[str, object]:
    authorities = create_authorities()
    cast = Cast(**create_cast(authorities))
    publish_town(import_town(generated_town()), authorities)
    authority = authorities["musterstadt"]
    cases = [_signed(fill_draft(cast, authority, generated_town()), cast) for _ in range(CASES)]
    ours, bare, pages = [], [], 0
    for case in cases:
        version = case.decision.signed_version
        assert version is not None  # it was signed just now
        subject = str(version.uuid)
        start = time.perf_counter()
        document = issue_document(
            case=case, prepared=prepare_document(case=case, kind="permit_notice", subject=subject)
        )
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        pages = _bare(document)
        bare.append(time.perf_counter() - start)
    # The first opens fonts and keys for the process.
    whole, plain = statistics.median(ours[1:]), statistics.median(bare[1:])
    return {
        "figure": "decision_to_stored_sealed_notice",
        "value": round(whole / plain, 2),
        "unit": "ratio to bare WeasyPrint on the same HTML",
        "aim": "at most 1.5",
        "seconds": round(whole, 3),
        "bare_seconds": round(plain, 3),
        "pages": pages,
    }


def _signed(case: PermitCase, cast: Cast) -> PermitCase:
    actions.submit(case=case, by=cast.owner)
    actions.confirm_completeness(case=case, by=cast.officer)
    for number in range(CONDITIONS):
        values = {"kind": "requirement", "stage": "before_start", "text": f"{number + 1}. {TEXT}"}
        actions.on_case(add_condition, case=case, by=cast.officer, values=values)
    actions.finish_assessment(case=case, by=cast.officer)
    tenor = "Die Baugenehmigung für den Neubau eines Einfamilienhauses wird erteilt."
    actions.save_decision(case=case, by=cast.officer, outcome=Outcome.GRANTED, operative_part=tenor, reasons="")
    proposed = actions.propose_decision(case=case, by=cast.officer)
    actions.sign_decision(case=case, by=cast.reviewer, content_sha256=proposed.content_sha256)
    return case


def _bare(document: IssuedDocument) -> int:
    rows = StoredFile.objects.filter(authority=document.authority, sha256__in=document.assets)
    fetcher = AssetFetcher({row.sha256: Asset(row.media_type, read_file(row)) for row in rows})
    fonts = FontConfiguration()
    css = CSS(string=document.css, font_config=fonts, url_fetcher=fetcher)
    rendered = HTML(string=document.html, url_fetcher=fetcher).render(
        stylesheets=[css], font_config=fonts, pdf_variant="pdf/a-3a"
    )
    rendered.write_pdf(pdf_variant="pdf/a-3a")
    return len(rendered.pages)
