"""The decision notice, from the frozen content of a version."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from permits import legal_time
from permits.models import DecisionAct, DecisionVersion, Outcome, PermitCase
from permits.parcel_numbers import parcel_label, parcel_section
from permits.selectors.clock import law_of
from permits.selectors.decision_content import is_untouched
from permits.services.findings_out import finding_row, result_drawings, site_drawing
from permits.services.letters.frame import Frame, common, paragraphs
from reports.contexts import (
    ApprovedDocument,
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DocumentContext,
    NoticeOutcome,
    ParcelRow,
    PermitNotice,
    ReasonSection,
    Signatory,
)


def remedy_paragraphs(case: PermitCase) -> tuple[str, ...]:
    """Return the Rechtsbehelfsbelehrung with the authority's data; raises LawPackError where some are missing."""
    authority = case.authority
    return (
        law_of(case)
        .remedy_text()
        .fill(
            authority_name=authority.name,
            authority_address=f"{authority.street}, {authority.postal_code} {authority.city}",
        )
    )


def permit_notice(case: PermitCase, version: DecisionVersion, content: Mapping[str, Any], frame: Frame) -> PermitNotice:
    """Return the context of a decision notice from the frozen ``content`` of a version."""
    granted = content["outcome"] == Outcome.GRANTED
    law = law_of(case)
    summary = (
        (
            "Ihr Bauantrag ist genehmigt.",
            "Bitte beachten Sie die Nebenbestimmungen, bevor Sie mit dem Bau beginnen."
            if content["conditions"]
            else "Nebenbestimmungen enthält der Bescheid nicht.",
        )
        if granted
        else ("Ihr Bauantrag ist abgelehnt.", "Die Gründe finden Sie in diesem Bescheid.")
    )
    reasons = paragraphs(content["reasons"])
    return PermitNotice(
        **common(case, frame),
        signatories=_signatories(version),
        outcome=NoticeOutcome.GRANTED if granted else NoticeOutcome.REFUSED,
        legal_basis=law.procedure(case.procedure).decision_basis,
        summary=(*summary, f"Sie können innerhalb von {law.length('remedy').dative} Widerspruch einlegen."),
        operative=paragraphs(content["operative_part"]),
        parcels=tuple(
            ParcelRow(
                parcel_id=row["parcel_id"],
                label=parcel_label(row["parcel_id"]),
                cadastral_district=row["district_name"],
                cadastral_section=parcel_section(row["parcel_id"]),
                area_m2=Decimal(str(row["official_area_m2"])) if row["official_area_m2"] is not None else None,
            )
            for row in content["parcels"]
        ),
        legal_remedy=remedy_paragraphs(case),
        reasons=(ReasonSection(heading="", paragraphs=reasons),) if reasons else (),
        conditions=tuple(
            ConditionItem(
                kind=ConditionKind(row["kind"]),
                stage=ConditionStage(row["stage"]),
                text=row["text"],
                reason=row["reason"],
                legal_basis=row["legal_basis"],
            )
            for row in content["conditions"]
        ),
        findings=tuple(finding_row(row) for row in content["findings"]),
        approved_documents=tuple(
            ApprovedDocument(
                title=row["title"],
                file_name=row["name"],
                version=row["version"],
                dated_on=legal_time.legal_day(dt.datetime.fromisoformat(row["uploaded_at"])),
                sha256=row["sha256"],
                pages=row["pages"],
            )
            for row in content["documents"]
        ),
        drawing=site_drawing(content["drawing"]),
        # Decisions frozen before results were drawn have none.
        result_drawings=result_drawings(content.get("result_drawings", ())),
    )


def _signatories(version: DecisionVersion) -> tuple[Signatory, ...]:
    """The head who signed; before that nobody (a preview, perhaps of a text that is not saved)."""
    if version._state.adding:
        return ()
    return tuple(
        Signatory(name=row.user.full_name, role="Leitung")
        for row in version.contributors.filter(act=DecisionAct.SIGNED).select_related("user")
    )


def issued_notice(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    version = DecisionVersion.objects.get(decision__case=case, uuid=subject)
    if version.content is None:
        raise ValueError("Only a proposed version has the content of a notice.")
    if not is_untouched(version):
        raise ValueError("The content of the version is not the one that was signed.")
    return permit_notice(case, version, version.content, frame)
