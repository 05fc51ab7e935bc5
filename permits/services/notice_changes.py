"""Correcting, withdrawing or revoking an issued notice: prepared, signed by another person, then issued (ADR 17).

The notice that says so is a paper like a decision: sealed, registered, served on every recipient. What was issued
before is never changed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from permits import legal_time
from permits.errors import InvalidInputError, StaleError, StateError
from permits.models import (
    CaseStatus,
    ChangeKind,
    ChangeState,
    IssuedDocument,
    Level,
    NoticeChange,
    PermitCase,
    RegisterEntry,
    RemedyEffect,
    User,
)
from permits.selectors.clock import law_of
from permits.selectors.decision_content import digest_of
from permits.selectors.letters import parts_for_papers
from permits.selectors.register import corrections_of, reason_against_revoking
from permits.selectors.revocation_period import revocation_period
from permits.services import audit
from permits.services.communication import close_system_task, open_system_task
from permits.services.decisions import FourEyesError
from permits.services.documents_out import require_change_printable
from permits.services.gaps import require_no_gaps
from permits.services.issuing_failures import failure_key
from permits.services.letters import change_kind
from permits.services.letters.changes import corrected_remedy
from permits.services.notice_quotes import UnknownQuoteError, require_pages, unknown_quotes
from permits.services.outbox import request_document
from permits.services.register import require_in_force
from permits.services.renewed_remedies import require_effect_named
from permits.services.revocation_periods import require_in_time
from permits.services.sealing_forms import require_sealable
from permits.services.sealing_releases import record_release, record_request, record_return, waiting_request
from permits.services.writing import writing

DECIDED = (CaseStatus.GRANTED, CaseStatus.REFUSED)


@dataclass(frozen=True, kw_only=True)
class ChangeText:
    """What an officer writes. ``items`` (place, wrong, right) belong to a correction, the rest to the others.

    ``confirmed``: quotes ("wrong") that the officer stands by although the notice does not seem to have them.
    ``remedy``: what a correction means for the time in which the notice may be objected to.
    ``known_on``: the day on which the authority learned the facts; ``for_past``: a withdrawal that works backwards.
    """

    ground: str
    reasons: str
    items: Sequence[tuple[str, str, str]] = ()
    confirmed: Sequence[str] = ()
    hearing: str = ""
    further_orders: str = ""
    known_on: dt.date | None = None
    for_past: bool = False
    remedy: RemedyEffect = RemedyEffect.UNCHANGED


def propose_change(
    *, case: PermitCase, by: User, document: IssuedDocument, kind: ChangeKind, text: ChangeText
) -> NoticeChange:
    """Freeze what the notice will say and hand it to the second signature.

    Raises InvalidInputError for what is missing or too late, UnknownQuoteError for quotes that nobody confirmed,
    StateError where the notice no longer counts or another change of it is under way.
    """
    with writing(case=case, by=by, level=Level.PROCESS, states=DECIDED) as locked:
        content = change_content(case=locked, document=document, kind=kind, text=text)
        if unconfirmed := [quote for quote in content["unknown_quotes"] if quote not in text.confirmed]:
            raise UnknownQuoteError(unconfirmed)
        change = NoticeChange(
            case=locked,
            concerns=document,
            kind=kind,
            content=content,
            content_sha256=digest_of(content),
            prepared_by=by,
            prepared_at=legal_time.now(),
        )
        # Nobody is to sign what could never be issued.
        require_change_printable(case=locked, change=change)
        try:
            with transaction.atomic():
                change.save()
        except IntegrityError as error:
            raise StateError(
                "Zu diesem Bescheid ist schon eine Berichtigung oder Aufhebung in Arbeit. "
                "Bitte laden Sie die Seite neu."
            ) from error
        record_request(
            case=locked,
            by=by,
            kind=change_kind(kind),
            subject=str(change.uuid),
            title=f"{kind.label}: {document.title} {document.number}",
            content_sha256=change.content_sha256,
        )
        for returned in NoticeChange.objects.filter(concerns=document, state=ChangeState.RETURNED):
            close_system_task(case=locked, by=by, effect_key=returned_task(returned))
        audit.record(
            type="notice.change_proposed", by=by, case=locked,
            subject={"change": str(change.uuid), "kind": kind, "document": str(document.uuid),
                     "sha256": change.content_sha256},
        )  # fmt: skip
        return change


def change_content(*, case: PermitCase, document: IssuedDocument, kind: ChangeKind, text: ChangeText) -> dict[str, Any]:
    """Return all that the notice will say, as JSON values; raises InvalidInputError and StateError."""
    if document.case_id != case.pk or document.decision_version is None:
        raise InvalidInputError("Berichtigt oder aufgehoben wird ein Bescheid dieses Vorgangs.")
    require_in_force(document)
    ground = law_of(case).change_ground(text.ground)
    if ground.kind != kind:
        raise InvalidInputError("Dieser Grund passt nicht zur gewählten Art der Änderung.", field="ground")
    if not text.reasons.strip():
        raise InvalidInputError("Bitte begründen Sie die Änderung (§ 39 VwVfG).", field="reasons")
    for field in ("reasons", "hearing", "further_orders"):
        require_no_gaps(getattr(text, field), field=field)
    instruction: tuple[str, ...] = ()
    if kind == ChangeKind.CORRECTION:
        _check_items(text)
        require_pages(document, [place for place, _, _ in text.items])
        issued_on = legal_time.legal_day(document.issued_at)
        instruction = corrected_remedy(case, number=document.number, issued_on=issued_on)
        require_effect_named(document=document, items=text.items, effect=text.remedy, instruction=instruction)
    else:
        _check_revocation(case, document, text, ground.clock)
    return {
        "kind": str(kind),
        "ground": ground.id,
        "legal_basis": ground.legal_basis,
        "verified": ground.verified,
        "document": {
            "uuid": str(document.uuid),
            "number": document.number,
            "title": document.title,
            "issued_on": legal_time.legal_day(document.issued_at).isoformat(),
            "sha256": document.sha256,
            "register_number": RegisterEntry.objects.get(document=document).number,
        },
        "reasons": text.reasons.strip(),
        "items": [[part.strip() for part in item] for item in text.items] if kind == ChangeKind.CORRECTION else [],
        # Whoever signs sees what could not be found in the notice.
        "unknown_quotes": unknown_quotes(document, [wrong.strip() for _, wrong, _ in text.items])
        if kind == ChangeKind.CORRECTION
        else [],
        "remedy": str(text.remedy),
        # What the signer saw goes out, whatever the authority's data say then.
        "legal_remedy": [] if text.remedy == RemedyEffect.UNCHANGED else list(instruction),
        "hearing": text.hearing.strip(),
        "further_orders": text.further_orders.strip(),
        # They end with the notice. No other can be added before this one is issued: one change at a time.
        "corrections": [] if kind == ChangeKind.CORRECTION else _corrections(document),
        "known_on": text.known_on.isoformat() if text.known_on else None,
        "letter_parts": [
            {"place": part.place, "version": part.number}
            for part in parts_for_papers(case.authority, change_kind(kind))
        ],
        "for_past": kind == ChangeKind.WITHDRAWAL and text.for_past,
    }


def _corrections(document: IssuedDocument) -> list[dict[str, str]]:
    return [{"number": row.number, "issued_on": row.issued_on.isoformat()} for row in corrections_of(document)]


def _check_items(text: ChangeText) -> None:
    if not text.items:
        raise InvalidInputError("Bitte nennen Sie mindestens eine Stelle, die berichtigt wird.", field="items")
    for place, wrong, right in text.items:
        if not (place.strip() and wrong.strip() and right.strip()):
            raise InvalidInputError(
                "Bitte nennen Sie zu jeder Berichtigung die Stelle, was dort steht und wie es richtig heißt.",
                field="items",
            )
        for part in (place, right):
            require_no_gaps(part, field="items")
        if wrong.strip() == right.strip():
            raise InvalidInputError(f"An der Stelle „{place.strip()}“ ändert sich nichts.", field="items")


def _check_revocation(case: PermitCase, document: IssuedDocument, text: ChangeText, clock: str) -> None:
    if impossible := reason_against_revoking(document):
        raise StateError(impossible)
    if not text.hearing.strip():
        raise InvalidInputError(
            "Bitte halten Sie fest, wie die Betroffenen angehört wurden oder warum nicht (§ 28 VwVfG).", field="hearing"
        )
    if not clock:
        return
    if text.known_on is None:
        raise InvalidInputError("Bitte nennen Sie den Tag, an dem die Behörde die Tatsachen erfuhr.", field="known_on")
    if text.known_on > legal_time.today():
        raise InvalidInputError("Der Tag der Kenntnis kann nicht in der Zukunft liegen.", field="known_on")
    issued_on = legal_time.legal_day(document.issued_at)
    period = revocation_period(case, clock=clock, known_on=text.known_on, issued_on=issued_on)
    if period.is_over:
        raise InvalidInputError(period.refusal, field="known_on")


def _open_change(case: PermitCase, change: NoticeChange, *states: ChangeState) -> NoticeChange:
    found = NoticeChange.objects.select_for_update(of=("self",)).filter(case=case, pk=change.pk).first()
    if found is None or found.state not in states:
        raise StateError("Diese Berichtigung oder Aufhebung ist inzwischen weiter. Bitte laden Sie die Seite neu.")
    return found


def sign_change(*, case: PermitCase, by: User, change: NoticeChange, content_sha256: str) -> NoticeChange:
    """Sign as the second person; the worker then issues the notice. ``content_sha256`` names the text that was seen.

    Raises FourEyesError for whoever prepared it (the database refuses it as well), and RevocationPeriodError.
    """
    with writing(case=case, by=by, level=Level.SIGN, states=DECIDED) as locked:
        found = _open_change(locked, change, ChangeState.PROPOSED)
        if found.prepared_by_id == by.pk:
            raise FourEyesError("Sie haben diese Fassung vorbereitet. Zeichnen muss eine andere Person.")
        if content_sha256 != found.content_sha256 or digest_of(found.content) != found.content_sha256:
            raise StaleError("Die vorgelegte Fassung hat sich geändert. Bitte lesen Sie sie erneut.")
        require_in_force(found.concerns)
        require_in_time(found)
        # What is signed has to be issued: a seal that the law does not accept stops it here.
        require_sealable(locked.authority, change_kind(found.kind))
        request = waiting_request(subject=str(found.uuid))
        if request is None:
            raise StateError("Die Fassung liegt nicht zur Siegelung vor. Bitte geben Sie sie zurück.")
        record_release(case=locked, by=by, request=request)
        found.state, found.signed_by, found.signed_at = ChangeState.SIGNED, by, legal_time.now()
        found.save(update_fields=["state", "signed_by", "signed_at"])
        audit.record(
            type="notice.change_signed", by=by, case=locked,
            subject={"change": str(found.uuid), "sha256": found.content_sha256},
        )  # fmt: skip
        request_document(case=locked, kind=change_kind(found.kind), subject=str(found.uuid))
        return found


def returned_task(change: NoticeChange) -> str:
    """Return the key of the task that a returned change leaves to its author."""
    return f"change-returned:{change.uuid}"


def return_change(*, case: PermitCase, by: User, change: NoticeChange, reason: str) -> NoticeChange:
    """Send it back with a reason, as a task of its author; the next one begins with its text.

    Possible until it is signed, and afterwards where issuing it failed: what can never be issued (its time is over)
    would else stand in the way of every other change.
    """
    with writing(case=case, by=by, level=Level.SIGN, states=DECIDED) as locked:
        found = _open_change(locked, change, ChangeState.PROPOSED, ChangeState.SIGNED)
        if found.state == ChangeState.SIGNED and not found.failed_error:
            raise StateError("Diese Änderung ist gezeichnet und wird ausgefertigt. Bitte laden Sie die Seite neu.")
        if not reason.strip():
            raise InvalidInputError("Bitte nennen Sie den Grund der Rückgabe.", field="reason")
        if found.failed_error:
            close_system_task(case=locked, by=by, effect_key=failure_key(found.failed_error))
        # A returned text bears no signature, and uses up no number; the log keeps that it was signed.
        found.state, found.returned_reason = ChangeState.RETURNED, reason.strip()
        found.signed_by, found.signed_at, found.failed_error = None, None, ""
        found.save(update_fields=["state", "returned_reason", "signed_by", "signed_at", "failed_error"])
        request = waiting_request(subject=str(found.uuid))
        if request is not None:
            record_return(case=locked, by=by, request=request, reason=reason)
        open_system_task(
            case=locked,
            text=f"{found.get_kind_display()} zu {found.concerns.number} von der Zweitzeichnung zurückgegeben: bitte "
            "auf der Seite „Ausgangsregister“ überarbeiten und erneut vorlegen",
            effect_key=returned_task(found),
            whose=found.prepared_by,
        )
        audit.record(
            type="notice.change_returned", by=by, case=locked,
            subject={"change": str(found.uuid)}, payload={"reason": reason},
        )  # fmt: skip
        return found


def issue_change_again(*, case: PermitCase, by: User, change: NoticeChange) -> NoticeChange:
    """Have the worker try again to issue a signed change whose job gave up."""
    with writing(case=case, by=by, level=Level.PROCESS, states=DECIDED) as locked:
        found = _open_change(locked, change, ChangeState.SIGNED)
        if not found.failed_error:
            raise StateError("Die Ausfertigung ist nicht (mehr) gescheitert. Bitte laden Sie die Seite neu.")
        require_in_time(found)
        found.failed_error = ""
        found.save(update_fields=["failed_error"])
        audit.record(type="notice.retried", by=by, case=locked, subject={"change": str(found.uuid)})
        request_document(case=locked, kind=change_kind(found.kind), subject=str(found.uuid))
        return found


def draft_change(
    *, case: PermitCase, by: User, document: IssuedDocument, kind: ChangeKind, text: ChangeText
) -> NoticeChange:
    """Return an unsaved change for a preview of its notice; writes nothing."""
    content = change_content(case=case, document=document, kind=kind, text=text)
    return NoticeChange(case=case, concerns=document, kind=kind, content=content, prepared_by=by)
