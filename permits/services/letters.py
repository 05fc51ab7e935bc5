"""Contexts of our papers, one builder per document kind; ``subject`` is the UUID of the act that needs the paper."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from permits import legal_time
from permits.models import (
    AdditionalInformationRequest,
    AuditEvent,
    DecisionAct,
    DecisionVersion,
    Hearing,
    Outcome,
    Party,
    PartyRole,
    PermitAuthority,
    PermitCase,
    Submission,
    User,
)
from permits.parcel_numbers import parcel_label, parcel_section
from permits.selectors.clock import law_of
from permits.selectors.decision_content import is_untouched
from permits.services.findings_out import finding_row, site_drawing
from reports.contexts import (
    ApprovedDocument,
    CaseReference,
    ConditionItem,
    ConditionKind,
    ConditionStage,
    Contact,
    DocumentContext,
    HearingLetter,
    InformationRequest,
    Letterhead,
    NoticeOutcome,
    ParcelRow,
    PermitNotice,
    ReasonSection,
    Receipt,
    ReceivedDocument,
    Recipient,
    RequestedItem,
    Signatory,
    WithdrawalConfirmation,
)

Frame = Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """How a paper of one kind is made: context builder, number on it, whether it is sealed."""

    build: Callable[[PermitCase, str, Frame], DocumentContext]
    number: Callable[[PermitCase, str], str]
    sealed: bool


def letterhead(authority: PermitAuthority) -> Letterhead:
    """Return the letterhead of an authority; what differs between authorities is data."""
    extra = authority.letterhead
    address = (authority.street, f"{authority.postal_code} {authority.city}")
    return Letterhead(
        authority_name=authority.name,
        unit=authority.unit,
        address_lines=address,
        return_line=f"{authority.name} · {authority.street} · {authority.postal_code} {authority.city}",
        phone=authority.phone,
        email=authority.email,
        website=extra.get("website", ""),
        place=authority.city,
        footer_lines=tuple(extra.get("footer_lines", ())),
        accent_colour=extra.get("accent_colour", "#1f3b5c"),
        crest_svg=extra.get("crest_svg"),
        crest_alternative=extra.get("crest_alternative", "Wappen"),
    )


def recipient_of(case: PermitCase) -> Party | None:
    """Return whom papers address: the representative, else the (first) owner."""
    for role in (PartyRole.REPRESENTATIVE, PartyRole.APPLICANT):
        party = case.parties.filter(role=role).order_by("pk").first()
        if party is not None:
            return party
    return None


def _salutation(party: Party) -> str:
    if party.salutation == "Frau":
        return f"Sehr geehrte Frau {party.family_name},"
    if party.salutation == "Herr":
        return f"Sehr geehrter Herr {party.family_name},"
    if party.given_name or party.family_name:
        return f"Guten Tag {party.given_name} {party.family_name},".replace("  ", " ")
    return "Sehr geehrte Damen und Herren,"


def _contact(case: PermitCase) -> Contact:
    officer: User | None = case.assigned_to
    name = officer.full_name if officer else case.authority.unit or case.authority.name
    phone = officer.phone if officer and officer.phone else case.authority.phone
    return Contact(name=name, phone=phone, email=case.authority.email)


def _common(case: PermitCase, frame: Frame) -> dict[str, Any]:
    party = recipient_of(case)
    law = law_of(case)
    applied = legal_time.legal_day(case.submitted_at) if case.submitted_at else None
    names = [p.display_name for p in case.parties.filter(role=PartyRole.APPLICANT).order_by("pk")]
    site = case.site.address or ", ".join(parcel_label(p.parcel_id) for p in case.site.parcels.order_by("parcel_id"))
    return {
        "letterhead": letterhead(case.authority),
        "recipient": Recipient(address_lines=tuple(party.address_lines[:6]), salutation=_salutation(party))
        if party
        else Recipient(address_lines=("Unbekannt",)),
        "contact": _contact(case),
        "case": CaseReference(
            case_number=case.case_number,
            proposal=case.proposal.title,
            site_address=site,
            applicant=", ".join(names),
            procedure=law.procedure(case.procedure).title,
            applied_on=applied,
        ),
        **frame,
    }


def _receipt(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    submission = Submission.objects.get(case=case, uuid=subject)
    documents = tuple(
        ReceivedDocument(
            title=document.title,
            file_name=last.original_name,
            size_bytes=last.file.size,
            sha256=last.file.sha256,
        )
        for document in case.documents.filter(removed_at__isnull=True).order_by("document_type", "pk")
        if (last := document.versions.filter(submitted_at__lte=submission.submitted_at).last()) is not None
    )
    return Receipt(
        **_common(case, frame),
        received_at=submission.submitted_at,
        documents=documents,
        next_steps=(
            "Wir prüfen, ob Ihr Antrag vollständig ist. Fehlt etwas, fordern wir es nach und nennen eine Frist.",
            "Ist der Antrag vollständig, beginnt die fachliche Prüfung.",
            "Den Stand sehen Sie jederzeit im Portal unter dem Aktenzeichen.",
        ),
        submission_sha256=submission.sha256,
    )


def _information_request(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    request = AdditionalInformationRequest.objects.select_related("check_round").get(case=case, uuid=subject)
    law = law_of(case)
    items = tuple(
        RequestedItem(
            document=law.document_type(finding.document_type).title if finding.document_type else "Antrag",
            finding=finding.get_kind_display(),
            request=finding.text,
        )
        for finding in request.check_round.findings.order_by("pk")
    )
    last = request.deemed_withdrawn_on - dt.timedelta(days=1)
    consequence = [
        (
            f"Gehen die Unterlagen bis zum {request.due_on:%d.%m.%Y} nicht ein und auch nicht bis zum Ablauf des "
            f"{last:%d.%m.%Y}, gilt Ihr Antrag ab dem {request.deemed_withdrawn_on:%d.%m.%Y} als zurückgenommen."
        ),
    ]
    if request.text:
        consequence.insert(0, request.text)
    clock = law.clock("information_request")
    return InformationRequest(
        **_common(case, frame),
        items=items,
        due_on=request.due_on,
        legal_basis=clock.legal_basis,
        consequence=tuple(consequence),
        extension=f"Auf Antrag können wir die Frist um höchstens {clock.max_extension} verlängern."
        if clock.max_extension
        else "",
    )


def _hearing_letter(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    hearing = Hearing.objects.get(case=case, uuid=subject)
    if hearing.due_on is None:
        raise ValueError("A waived hearing has no letter.")
    return HearingLetter(
        **_common(case, frame),
        legal_basis="§ 28 Abs. 1 VwVfG",
        intention="Wir beabsichtigen, Ihren Antrag abzulehnen.",
        reasons=(ReasonSection(heading="", paragraphs=paragraphs(hearing.text)),),
        due_on=hearing.due_on,
        options=(
            "Sie können sich im Portal zu den Gründen äußern.",
            "Sie können Ihren Antrag ändern oder zurücknehmen.",
        ),
    )


def _withdrawal_confirmation(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    event = AuditEvent.objects.get(chain__case=case, uuid=subject)
    actor = User.objects.filter(uuid=event.actor).first() if event.actor else None
    return WithdrawalConfirmation(
        **_common(case, frame),
        withdrawn_on=legal_time.legal_day(event.at),
        withdrawn_by=actor.full_name if actor else "",
        consequences=(
            "Das Verfahren ist damit beendet. Über den Antrag wird nicht mehr entschieden.",
            "Sie können jederzeit einen neuen Antrag stellen.",
        ),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: separated by empty lines."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return tuple(block.strip() for block in blocks if block.strip())


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
        **_common(case, frame),
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
    )


def _signatories(version: DecisionVersion) -> tuple[Signatory, ...]:
    """The head who signed; before that nobody (a preview, perhaps of a text that is not saved)."""
    if version._state.adding:
        return ()
    return tuple(
        Signatory(name=row.user.full_name, role="Leitung")
        for row in version.contributors.filter(act=DecisionAct.SIGNED).select_related("user")
    )


def _permit_notice(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    version = DecisionVersion.objects.get(decision__case=case, uuid=subject)
    if version.content is None:
        raise ValueError("Only a proposed version has the content of a notice.")
    if not is_untouched(version):
        raise ValueError("The content of the version is not the one that was signed.")
    return permit_notice(case, version, version.content, frame)


def _numbered(suffix: Callable[[PermitCase, str], str]) -> Callable[[PermitCase, str], str]:
    return lambda case, subject: f"{case.case_number}-{suffix(case, subject)}"


LETTERS: Mapping[str, Letter] = {
    "receipt": Letter(
        _receipt, _numbered(lambda case, s: f"E{Submission.objects.get(case=case, uuid=s).number}"), sealed=False
    ),
    "information_request": Letter(
        _information_request,
        _numbered(lambda case, s: f"N{AdditionalInformationRequest.objects.get(case=case, uuid=s).check_round.number}"),
        sealed=False,
    ),
    "hearing_letter": Letter(
        _hearing_letter,
        _numbered(
            lambda case, s: (
                "A" + str(case.hearings.filter(held_at__lte=Hearing.objects.get(case=case, uuid=s).held_at).count())
            )
        ),
        sealed=False,
    ),
    "withdrawal_confirmation": Letter(_withdrawal_confirmation, _numbered(lambda case, s: "R1"), sealed=False),
    "permit_notice": Letter(
        _permit_notice,
        _numbered(lambda case, s: f"B{DecisionVersion.objects.get(decision__case=case, uuid=s).number}"),
        sealed=True,
    ),
}
