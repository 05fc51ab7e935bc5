"""The decision notice, from the frozen content of a version."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from permits import legal_time
from permits.letter_language import values_of_case
from permits.models import DecisionAct, DecisionVersion, Outcome, PermitCase
from permits.parcel_numbers import parcel_number, parcel_section
from permits.selectors.clock import law_of
from permits.selectors.decision_content import is_untouched
from permits.services.findings_out import finding_row, result_drawings, site_drawing
from permits.services.letters.frame import Frame, ask_line, common, paragraphs
from permits.services.letters.parts import filled, pinned_versions
from reports.contexts import (
    ApprovedDocument,
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DocumentContext,
    ParcelRow,
    PermitNotice,
    ReasonSection,
    RefusalNotice,
    Signatory,
    Summary,
    TextBlockRef,
)

NO_CONDITIONS = frozenset({ConditionKind.ADVISORY_NOTE})


def remedy_paragraphs(case: PermitCase, text: str = "objection", **values: str) -> tuple[str, ...]:
    """Return the Rechtsbehelfsbelehrung with the authority's data; raises LawPackError where some are missing."""
    authority = case.authority
    return (
        law_of(case)
        .remedy_text(text)
        .fill(
            authority_name=authority.name,
            authority_address=f"{authority.street}, {authority.postal_code} {authority.city}",
            **values,
        )
    )


def notice_kind(version: DecisionVersion) -> str:
    """Return the kind of paper that a decision goes out as."""
    return "permit_notice" if version.outcome == Outcome.GRANTED else "refusal_notice"


def decision_notice(
    case: PermitCase, version: DecisionVersion, content: Mapping[str, Any], frame: Frame
) -> PermitNotice | RefusalNotice:
    """Return the context of a decision notice from the frozen ``content`` of a version."""
    paper = PermitNotice if content["outcome"] == Outcome.GRANTED else RefusalNotice
    kind = "permit_notice" if paper is PermitNotice else "refusal_notice"
    law = law_of(case)
    reasons = paragraphs(content["reasons"])
    shared = common(case, frame)
    # The texts that were in force when the decision was proposed: its signer saw these.
    parts = pinned_versions(case, kind, content.get("letter_parts", ()))
    return paper(
        **shared,
        letter_parts=filled(parts, values_of_case(case, dated_on=shared["dated_on"])),
        summary=_summary(case, content, ask=ask_line(shared["contact"])),
        signatories=_signatories(version),
        legal_basis=law.procedure(case.procedure).decision_basis,
        operative=paragraphs(content["operative_part"]),
        parcels=tuple(
            ParcelRow(
                parcel_id=row["parcel_id"],
                label=parcel_number(row["parcel_id"]),
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
                text_block=_text_block(row),
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
        drawing=site_drawing(content["drawing"], content["findings"]),
        # Decisions frozen before the geometry was kept have none.
        site_plan_geojson=_geojson(content.get("site_plan")),
        # Decisions frozen before results were drawn have none.
        result_drawings=result_drawings(content.get("result_drawings", ()), content["findings"]),
    )


def _geojson(plan: Mapping[str, Any] | None) -> str | None:
    """The site plan as text, always the same for the same plan."""
    return json.dumps(plan, ensure_ascii=False, sort_keys=True, allow_nan=False) if plan else None


def _summary(case: PermitCase, content: Mapping[str, Any], *, ask: str) -> Summary:
    """Say what was decided in plain words; the lengths of periods are those of the law in force."""
    law = law_of(case)
    remedy = (
        f"Sind Sie nicht einverstanden, können Sie innerhalb von {law.length('remedy').dative} Widerspruch einlegen."
    )
    if content["outcome"] != Outcome.GRANTED:
        return Summary(
            decided="Wir haben Ihren Antrag abgelehnt. Sie dürfen nicht bauen.",
            to_do=("Lesen Sie die Gründe in diesem Bescheid. Sie können einen geänderten Antrag stellen.",),
            until=(remedy,),
            ask=ask,
        )
    kinds = [ConditionKind(row["kind"]) for row in content["conditions"]]
    numbered = [row for row, kind in zip(content["conditions"], kinds, strict=True) if kind not in NO_CONDITIONS]
    to_do = []
    if any(kind is ConditionKind.CONDITION_PRECEDENT for kind in kinds):
        to_do.append("Erfüllen Sie zuerst die aufschiebenden Bedingungen. Vorher gilt die Genehmigung nicht.")
    if any(row["stage"] == ConditionStage.BEFORE_START for row in numbered):
        to_do.append("Einige Nebenbestimmungen müssen Sie schon vor Baubeginn erfüllen.")
    elif numbered and not to_do:
        to_do.append("Beachten Sie die Nebenbestimmungen.")
    years = law.length("permit_validity").dative
    return Summary(
        decided="Ihr Bauvorhaben ist genehmigt. Bauen Sie so, wie es in den genehmigten Bauvorlagen steht.",
        to_do=tuple(to_do) or ("Nebenbestimmungen enthält der Bescheid nicht.",),
        until=(f"Beginnen Sie innerhalb von {years} mit dem Bau, sonst erlischt die Genehmigung.", remedy),
        ask=ask,
    )


def _text_block(row: Mapping[str, Any]) -> TextBlockRef | None:
    """The pinned text block of a condition; decisions frozen before there were any have none."""
    pinned = row.get("text_block")
    return TextBlockRef(key=pinned["key"], version=pinned["version"], sha256=pinned["sha256"]) if pinned else None


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
    return decision_notice(case, version, version.content, frame)
