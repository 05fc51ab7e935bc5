"""What people are told about the signatures on a document: plain German, a doubt is a doubt."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from permits.models import DocumentVersion, SignatureReport
from reports.certificate_names import visible

OPEN = "cannot_be_established"
LOOK = {
    "valid": ("gültig", "success"),
    "invalid": ("ungültig", "danger"),
    "cannot_be_established": ("nicht feststellbar", "warning"),
    "unsigned": ("nicht signiert", "neutral"),
}


@dataclass(frozen=True)
class SignatureRow:
    """One signature for a page."""

    state: str
    label: str
    tone: str
    kind: str
    reason: str
    signer: str
    issuer: str
    claimed_at: dt.datetime | None
    stamped_at: dt.datetime | None
    covers: str
    claims_qualified: bool


@dataclass(frozen=True)
class SignatureResult:
    """The last check of a version: its verdict, and one row per signature."""

    report: SignatureReport
    label: str
    tone: str
    problem: str
    rows: list[SignatureRow]

    @property
    def open(self) -> bool:
        """Whether the file or one of its signatures is neither proven valid nor invalid."""
        return OPEN in (self.report.state, *(row.state for row in self.rows))


@dataclass(frozen=True)
class SignatureMark:
    """The verdict on a version in a list: its words, tone, and why, in a sentence."""

    label: str
    tone: str
    reason: str


def signature_mark(version: DocumentVersion) -> SignatureMark | None:
    """Return the verdict of the last check of a version; None where nothing was signed. Uses prefetched reports."""
    report = _last(version)
    if report is None:
        return None
    label, tone = LOOK[report.state]
    reasons = [item["reason"] for item in report.content["signatures"] if item["state"] == report.state]
    reason = report.content["problem"] or (reasons[0] if reasons else "Die Datei enthält nur Zeitstempel.")
    several = sum(1 for item in report.content["signatures"] if not item["is_time_stamp"]) > 1
    return SignatureMark(f"{'Signaturen' if several else 'Signatur'} {label}", tone, visible(reason))


def _last(version: DocumentVersion) -> SignatureReport | None:
    reports = list(version.signature_reports.all())
    return max(reports, key=lambda report: (report.checked_at, report.pk), default=None)


def signature_result(version: DocumentVersion) -> SignatureResult | None:
    """Return the last check of a version's signatures; None where nothing was signed when it was uploaded."""
    report = _last(version)
    if report is None:
        return None
    label, tone = LOOK[report.state]
    rows = [_row(item) for item in report.content["signatures"]]
    return SignatureResult(report, label, tone, report.content["problem"], rows)


def _row(item: dict[str, Any]) -> SignatureRow:
    label, tone = LOOK[item["state"]]
    return SignatureRow(
        state=item["state"],
        label=label,
        tone=tone,
        kind="Zeitstempel" if item["is_time_stamp"] else "Signatur",
        reason=visible(item["reason"]),
        signer=visible(item["signer"] or "unbekannt"),
        issuer=visible(item["issuer"] or "unbekannt"),
        claimed_at=_moment(item["claimed_at"]),
        stamped_at=_moment(item["stamped_at"]),
        covers=item["covers"],
        claims_qualified=item["claims_qualified"],
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
