"""An Eingangsbestätigung."""

from __future__ import annotations

from datetime import UTC, datetime

from reports.contexts import DocumentContext, Receipt, ReceivedDocument, Summary
from reports.samples.cast import ASK, COMMON


def receipt(**changes: object) -> Receipt:
    """An Eingangsbestätigung."""
    return Receipt(
        **{**COMMON, "verification": None, **changes},
        summary=Summary(
            decided="Ihr Antrag ist bei uns eingegangen. Genehmigt ist noch nichts.",
            to_do=("Im Augenblick nichts. Fehlt etwas, schreiben wir Ihnen.",),
            ask=ASK,
        ),
        received_at=datetime(2026, 9, 28, 16, 42, tzinfo=UTC),
        documents=(
            ReceivedDocument(title="Bauantragsformular", file_name="antrag.pdf", size_bytes=182_400, sha256="b1" * 32),
            ReceivedDocument(title="Lageplan", file_name="lageplan.pdf", size_bytes=2_412_000, sha256="c9" * 32),
        ),
        submission_sha256="5d" * 32,
        next_steps=(
            "Wir prüfen, ob Ihre Unterlagen vollständig sind.",
            "Fehlt etwas, schreiben wir Ihnen über das Portal.",
            "Danach prüfen wir das Vorhaben und beteiligen die zuständigen Fachstellen.",
        ),
    )


SAMPLES: dict[str, DocumentContext] = {"receipt": receipt()}
