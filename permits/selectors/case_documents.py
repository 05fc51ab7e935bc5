"""Documents of a case against what its procedure asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from permits.law import LawPackError, Need, RequiredDocument
from permits.models import DocumentVersion, PermitCase, SubmittedDocument
from permits.selectors.applications import current_documents
from permits.selectors.clock import law_of


@dataclass(frozen=True)
class DocumentRow:
    """A document with its submitted versions, the newest first. ``hints`` come from looking into the file."""

    document: SubmittedDocument
    kind: str
    versions: tuple[DocumentVersion, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True)
class ChecklistRow:
    """A required document and what was handed in for it."""

    required: RequiredDocument
    documents: tuple[DocumentRow, ...]

    @property
    def tone(self) -> str:
        """Whether something is there: success, danger where it is required, else neutral."""
        if self.documents or self.required.by_form:
            return "success"
        return "danger" if self.required.need == Need.REQUIRED else "neutral"

    @property
    def status(self) -> str:
        """German word for the badge."""
        if self.documents:
            return "liegt vor"
        if self.required.by_form:
            return "Angaben im Antrag"
        return "fehlt" if self.required.need == Need.REQUIRED else self.required.need.label


@dataclass(frozen=True)
class Checklist:
    """The list of required documents, and what else was handed in."""

    rows: tuple[ChecklistRow, ...]
    others: tuple[DocumentRow, ...]

    @property
    def missing(self) -> int:
        """How many required documents are not there."""
        return sum(1 for row in self.rows if row.tone == "danger")


def checklist(case: PermitCase) -> Checklist:
    """Return the documents of a case beside what its procedure requires (§ 69 Abs. 1 NBauO)."""
    documents = [row for document in current_documents(case) if (row := _row(case, document)).versions]
    required = law_of(case).required_documents(case.procedure)
    rows = tuple(
        ChecklistRow(need, tuple(row for row in documents if row.document.document_type in need.codes))
        for need in required
    )
    asked = {code for need in required for code in need.codes}
    return Checklist(rows, tuple(row for row in documents if row.document.document_type not in asked))


def document_row(case: PermitCase, document: SubmittedDocument) -> DocumentRow:
    """Return one document with its submitted versions."""
    return _row(case, document)


def _row(case: PermitCase, document: SubmittedDocument) -> DocumentRow:
    versions = [version for version in document.versions.all() if version.submitted_at is not None][::-1]
    try:
        kind = law_of(case).document_type(document.document_type).title
    except LawPackError:
        kind = document.document_type
    return DocumentRow(document, kind, tuple(versions), _hints(versions))


def _hints(versions: Sequence[DocumentVersion]) -> tuple[str, ...]:
    found = versions[0].inspection.get("findings", ()) if versions else ()
    return tuple(row.get("message", "") for row in found if isinstance(row, dict))
