"""Papers that correct, withdraw or revoke an issued notice, from the frozen content of the change."""

import datetime as dt
from typing import Any

from permits.letter_language import values_of_case
from permits.models import ChangeKind, NoticeChange, PermitCase
from permits.selectors.clock import law_of
from permits.selectors.decision_content import digest_of
from permits.services.letters.frame import Frame, ask_line, common, paragraphs
from permits.services.letters.notice import remedy_paragraphs
from permits.services.letters.parts import filled, pinned_versions
from reports.contexts import DocumentContext, ReasonSection, Signatory, Summary
from reports.contexts.correction_notice import CorrectionItem, CorrectionNotice
from reports.contexts.notice_reference import NoticeReference
from reports.contexts.revocation_notice import RevocationNotice
from reports.formatting import german_date


def issued_change(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    """Return the notice of a signed change; raises ValueError where its content is not the one that was signed."""
    change = NoticeChange.objects.select_related("signed_by").get(case=case, uuid=subject)
    if digest_of(change.content) != change.content_sha256:
        raise ValueError("The content of the change is not the one that was signed.")
    return change_notice(case, change, frame)


def change_kind(kind: str) -> str:
    """Return the kind of paper that a change goes out as."""
    return "correction_notice" if kind == ChangeKind.CORRECTION else "revocation_notice"


def change_notice(case: PermitCase, change: NoticeChange, frame: Frame) -> CorrectionNotice | RevocationNotice:
    """Return the context of a change's notice, saved or not."""
    content = change.content
    shared = common(case, frame)
    shared |= {
        "signatories": (Signatory(name=change.signed_by.full_name, role="Leitung"),) if change.signed_by else (),
        "concerns": _reference(content["document"]),
        "legal_basis": content["legal_basis"],
        "reasons": (ReasonSection(heading="", paragraphs=paragraphs(content["reasons"])),),
    }
    ask = ask_line(shared["contact"])
    # The authority's texts that were in force when it was prepared: its signer saw these.
    parts = pinned_versions(case, change_kind(change.kind), content["letter_parts"])
    shared["letter_parts"] = filled(parts, values_of_case(case, dated_on=shared["dated_on"]))
    if change.kind == ChangeKind.CORRECTION:
        return _correction(case, content, shared, ask)
    return _revocation(case, content, shared, ask)


def _reference(row: dict[str, Any]) -> NoticeReference:
    return NoticeReference(
        title=row["title"],
        number=row["number"],
        dated_on=dt.date.fromisoformat(row["issued_on"]),
        sha256=row["sha256"],
        register_number=row["register_number"],
    )


def corrected_remedy(case: PermitCase, *, number: str, issued_on: dt.date) -> tuple[str, ...]:
    """Return the Rechtsbehelfsbelehrung of a correction with which the period begins anew."""
    named = f"vom {german_date(issued_on)}, Nummer {number},"
    return remedy_paragraphs(case, "corrected_objection", notice=named)


def _correction(case: PermitCase, content: dict[str, Any], shared: dict[str, Any], ask: str) -> CorrectionNotice:
    instruction = tuple(content.get("legal_remedy") or ())
    period = law_of(case).length("remedy").dative
    return CorrectionNotice(
        **shared,
        summary=Summary(
            decided="Wir berichtigen einen Fehler in Ihrem Bescheid. Der Bescheid gilt weiter.",
            to_do=("Bewahren Sie diese Berichtigung zusammen mit dem Bescheid auf.",),
            until=(
                (
                    f"Sind Sie mit dem Bescheid nicht einverstanden, können Sie innerhalb von {period} nach "
                    "Bekanntgabe dieser Berichtigung Widerspruch einlegen."
                ),
            )
            if instruction
            else (),
            ask=ask,
        ),
        items=tuple(CorrectionItem(place=place, wrong=wrong, right=right) for place, wrong, right in content["items"]),
        consequences=(
            "Der Bescheid gilt in der berichtigten Fassung.",
            "Die Frist, in der Sie gegen den Bescheid Widerspruch einlegen können, beginnt mit der Bekanntgabe dieser "
            "Berichtigung neu. Maßgeblich ist die Rechtsbehelfsbelehrung in diesem Schreiben."
            if instruction
            else "Die Frist, in der Sie gegen den Bescheid Widerspruch einlegen können, ändert sich nicht.",
        ),
        legal_remedy=instruction,
    )


def _ended_corrections(content: dict[str, Any]) -> tuple[str, ...]:
    """Say that the corrections of the notice end with it. Changes from before this was kept name none."""
    rows = content.get("corrections") or []
    if not rows:
        return ()
    named = [f"Nummer {row['number']} vom {german_date(dt.date.fromisoformat(row['issued_on']))}" for row in rows]
    listed = named[0] if len(named) == 1 else ", ".join(named[:-1]) + f" und {named[-1]}"
    if len(named) == 1:
        return (f"Damit gilt auch die Berichtigung dieses Bescheids nicht mehr: {listed}.",)
    return (f"Damit gelten auch die Berichtigungen dieses Bescheids nicht mehr: {listed}.",)


def _revocation(case: PermitCase, content: dict[str, Any], shared: dict[str, Any], ask: str) -> RevocationNotice:
    withdrawn = content["kind"] == ChangeKind.WITHDRAWAL
    concerns: NoticeReference = shared["concerns"]
    verb = "zurückgenommen" if withdrawn else "widerrufen"
    noun = "Die Rücknahme" if withdrawn else "Der Widerruf"
    effect = (
        f"{noun} gilt auch für die Vergangenheit."
        if content["for_past"]
        else f"{noun} gilt für die Zukunft; wirksam wird {'sie' if withdrawn else 'er'} mit der Bekanntgabe dieses "
        "Bescheids."
    )
    named = f"„{concerns.title}“ vom {german_date(concerns.dated_on)}, Nummer {concerns.number}"
    remedy = law_of(case).length("remedy").dative
    return RevocationNotice(
        **shared,
        summary=Summary(
            decided=f"Wir {'nehmen Ihren Bescheid zurück' if withdrawn else 'widerrufen Ihren Bescheid'}. Das wird mit "
            "der Bekanntgabe dieses Schreibens wirksam.",
            to_do=(
                "Von da an dürfen Sie von dem Bescheid keinen Gebrauch mehr machen.",
                "Beginnen Sie dann nicht mit dem Bau. Haben Sie begonnen, bauen Sie nicht weiter.",
            ),
            until=(
                f"Sind Sie nicht einverstanden, können Sie innerhalb von {remedy} Widerspruch einlegen.",
                "Ein Widerspruch schiebt das auf, wenn nicht die sofortige Vollziehung angeordnet ist (§ 80 VwGO).",
            ),
            ask=ask,
        ),
        withdrawn=withdrawn,
        operative=(
            f"Der Bescheid {named}, wird {verb}.",
            *_ended_corrections(content),
            effect,
            *paragraphs(content["further_orders"]),
        ),
        hearing=content["hearing"],
        legal_remedy=remedy_paragraphs(case),
    )
