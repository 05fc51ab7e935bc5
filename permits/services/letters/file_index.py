"""The index of a case's file: documents, letters, decisions, events, each with its author's role."""

from collections.abc import Iterable

from permits import legal_time
from permits.models import (
    AuditChain,
    DecisionAct,
    DecisionState,
    DecisionVersion,
    DocumentVersion,
    PermitCase,
    ServiceOfNotice,
    SitePlanVersion,
    StoredFile,
)
from permits.selectors.authorship import APPLICANT_SIDE, AUTHORITY, SYSTEM, Authorship
from permits.selectors.case_log import case_log
from permits.selectors.signatures import signature_mark
from permits.services.files import open_file
from permits.services.letters.frame import Frame, common
from reports.contexts.file_index import FileIndex, IndexEntry, IndexSection, LogLine
from reports.formatting import short_date
from reports.page_count import page_count

# What would bury the rest: reading, and every saving of a text that is not finished.
LEFT_OUT = ("document.read", "case.changed", "party.saved", "decision.saved")
# Their words name people, or repeat what stands elsewhere in full.
WITHOUT_DETAIL = ("case.assigned", "access.granted", "access.revoked", "access.invited", "check.run")


def file_index(case: PermitCase, frame: Frame) -> FileIndex:
    """Return the context of the index as of now."""
    by = Authorship(case)
    log, left_out = _log(case, by)
    chain = AuditChain.objects.get(case=case)
    return FileIndex(
        **common(case, frame),
        made_at=legal_time.now(),
        status=case.get_status_display(),
        sections=(
            IndexSection(title="Antrag", entries=tuple(_submissions(case, by))),
            IndexSection(title="Bauvorlagen", entries=tuple(_documents(case, by))),
            IndexSection(title="Lageplan als Geometrie", entries=tuple(_site_plans(case, by))),
            IndexSection(title="Prüfläufe", entries=tuple(_check_runs(case, by))),
            IndexSection(title="Entscheidung", entries=tuple(_decisions(case, by))),
            IndexSection(title="Schriftstücke der Behörde", entries=tuple(_letters(case))),
            IndexSection(title="Bekanntgabe", entries=tuple(_services(case))),
            IndexSection(title="Nachrichten und Vermerke", entries=tuple(_messages(case, by))),
        ),
        log=log,
        log_count=chain.head_sequence,
        log_head=chain.head_hash,
        log_left_out=f"Nicht aufgeführt sind {left_out} Einträge über Lesen und Zwischenspeichern." if left_out else "",
    )


def _submissions(case: PermitCase, by: Authorship) -> Iterable[IndexEntry]:
    for row in case.submissions.select_related("submitted_by").order_by("number"):
        yield IndexEntry(
            at=row.submitted_at,
            title=f"Einreichung {row.number}",
            author=by.of(row.submitted_by),
            detail="Prüfwert über den ganzen Antrag",
            sha256=row.sha256,
        )


def _documents(case: PermitCase, by: Authorship) -> Iterable[IndexEntry]:
    versions = DocumentVersion.objects.filter(document__case=case, submitted_at__isnull=False)
    versions = versions.prefetch_related("signature_reports")
    for row in versions.select_related("document", "file", "uploaded_by").order_by(
        "document__document_type", "document_id", "number"
    ):
        # Only versions that were submitted are here.
        arrived = row.submitted_at or row.uploaded_at
        mark = signature_mark(row)
        verdict = f"; {mark.label}: {mark.reason}" if mark else ""
        yield IndexEntry(
            at=row.uploaded_at,
            title=f"{row.document.title} ({row.document.document_type})",
            author=by.of(row.uploaded_by),
            detail=f"eingegangen am {short_date(arrived)}{verdict}",
            file_name=row.original_name,
            version=row.number,
            pages=row.page_count,
            size_bytes=row.file.size,
            sha256=row.file.sha256,
        )


def _site_plans(case: PermitCase, by: Authorship) -> Iterable[IndexEntry]:
    """From the one that was submitted on; earlier ones were drafts of the applicant."""
    plans = SitePlanVersion.objects.filter(case=case).select_related("file", "created_by").order_by("number")
    submitted = [row for row in plans if case.submitted_at and row.created_at <= case.submitted_at]
    first = submitted[-1].number if submitted else 0
    for row in plans:
        if row.number >= first:
            yield IndexEntry(
                at=row.created_at,
                title="Lageplan",
                author=by.of(row.created_by),
                detail=row.get_source_display(),
                file_name=row.original_name,
                version=row.number,
                size_bytes=row.file.size,
                sha256=row.file.sha256,
            )


def _check_runs(case: PermitCase, by: Authorship) -> Iterable[IndexEntry]:
    for row in case.check_runs.select_related("run_by", "site_plan").order_by("run_at", "pk"):
        yield IndexEntry(
            at=row.run_at,
            title=f"Prüflauf zu Lageplan, Fassung {row.site_plan.number}",
            author=by.of(row.run_by),
            detail=f"{row.results.count()} Ergebnisse, Rechtsstand {short_date(row.law_on)}",
        )


def _decisions(case: PermitCase, by: Authorship) -> Iterable[IndexEntry]:
    versions = DecisionVersion.objects.filter(decision__case=case).exclude(state=DecisionState.DRAFT)
    for row in versions.prefetch_related("contributors__user").order_by("number"):
        signed = [entry for entry in row.contributors.all() if entry.act == DecisionAct.SIGNED]
        wrote = [entry for entry in row.contributors.all() if entry.act == DecisionAct.WROTE]
        people = dict.fromkeys(by.of(entry.user) for entry in (*wrote, *signed))
        moment = row.decided_at or row.proposed_at
        if moment is not None:
            yield IndexEntry(
                at=moment,
                title=f"Entscheidung, Fassung {row.number}",
                author=", ".join(people) or AUTHORITY,
                detail=f"{row.get_outcome_display()}, {row.get_state_display().lower()}",
                sha256=row.content_sha256,
            )


def _letters(case: PermitCase) -> Iterable[IndexEntry]:
    for row in case.issued_documents.select_related("file").defer("html", "css", "context"):
        yield IndexEntry(
            at=row.issued_at,
            title=row.title,
            author=AUTHORITY,
            detail=f"Nummer {row.number}, {'gesiegelt' if row.sealed else 'ohne Siegel'}",
            pages=_pages(row.file),
            size_bytes=row.file.size,
            sha256=row.sha256,
        )


def _pages(stored: StoredFile) -> int | None:
    """Pages of a paper of ours; unknown where its file is lost or damaged."""
    try:
        with open_file(stored) as handle:
            return page_count(handle.read())
    except FileNotFoundError:
        return None


def _services(case: PermitCase) -> Iterable[IndexEntry]:
    rows = ServiceOfNotice.objects.filter(document__case=case).select_related("document", "party").order_by("pk")
    for row in rows:
        moment = row.retrieved_at or row.provided_at or row.document.issued_at
        day = f", bekannt gegeben am {short_date(row.notified_on)}" if row.notified_on else ""
        yield IndexEntry(
            at=moment,
            title=f"Bekanntgabe von {row.document.number}",
            author=SYSTEM if row.retrieved_at is None else APPLICANT_SIDE,
            detail=f"{row.get_channel_display()} an {row.party.get_role_display()}: {row.get_state_display()}{day}",
        )


def _messages(case: PermitCase, by: Authorship) -> Iterable[IndexEntry]:
    messages = [
        IndexEntry(
            at=row.sent_at,
            title="Nachricht der Behörde" if row.from_authority else "Nachricht an die Behörde",
            author=by.of(row.author),
        )
        for row in case.messages.select_related("author")
    ]
    notes = [
        IndexEntry(at=row.written_at, title="Vermerk", author=by.of(row.author))
        for row in case.notes.select_related("author")
    ]
    yield from sorted([*messages, *notes], key=lambda entry: entry.at)


def _log(case: PermitCase, by: Authorship) -> tuple[tuple[LogLine, ...], int]:
    entries = case_log(case)[::-1]
    lines = tuple(
        LogLine(
            sequence=entry.sequence,
            at=entry.at,
            label=entry.label,
            detail="" if entry.type in WITHOUT_DETAIL else entry.detail,
            author=by.of_uuid(entry.person),
            hash=entry.hash,
        )
        for entry in entries
        if entry.type not in LEFT_OUT
    )
    return lines, len(entries) - len(lines)
