"""Papers of the procedure before a decision: receipt, request, hearing, confirmation of a withdrawal."""

import datetime as dt

from permits import legal_time
from permits.law import Law
from permits.models import AdditionalInformationRequest, AuditEvent, Hearing, PermitCase, Submission, User
from permits.selectors.clock import law_of
from permits.services.letters.frame import Frame, ask_line, common, paragraphs
from reports.contexts import (
    DocumentContext,
    HearingLetter,
    InformationRequest,
    ReasonSection,
    Receipt,
    ReceivedDocument,
    RequestedItem,
    Summary,
    WithdrawalConfirmation,
)
from reports.formatting import german_date


def receipt(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
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
    shared = common(case, frame)
    return Receipt(
        **shared,
        summary=Summary(
            decided="Ihr Antrag ist bei uns eingegangen. Genehmigt ist noch nichts.",
            to_do=("Im Augenblick nichts. Fehlt etwas, schreiben wir Ihnen.",),
            ask=ask_line(shared["contact"]),
        ),
        received_at=submission.submitted_at,
        documents=documents,
        next_steps=(
            "Wir prüfen, ob Ihr Antrag vollständig ist. Fehlt etwas, fordern wir es nach und nennen eine Frist.",
            "Ist der Antrag vollständig, beginnt die fachliche Prüfung.",
            "Den Stand sehen Sie jederzeit im Portal unter dem Aktenzeichen.",
        ),
        submission_sha256=submission.sha256,
    )


def requested_items(request: AdditionalInformationRequest, law: Law) -> tuple[RequestedItem, ...]:
    """Return what a request asked for."""
    return tuple(
        RequestedItem(
            document=law.document_type(finding.document_type).title if finding.document_type else "Antrag",
            finding=finding.get_kind_display(),
            request=finding.text,
        )
        for finding in request.check_round.findings.order_by("pk")
    )


def information_request(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    request = AdditionalInformationRequest.objects.select_related("check_round").get(case=case, uuid=subject)
    law = law_of(case)
    last = request.deemed_withdrawn_on - dt.timedelta(days=1)
    consequence = [
        (
            f"Gehen die Unterlagen bis zum {german_date(request.due_on)} nicht ein und auch nicht bis zum Ablauf des "
            f"{german_date(last)}, gilt Ihr Antrag ab dem {german_date(request.deemed_withdrawn_on)} als "
            "zurückgenommen."
        ),
    ]
    if request.text:
        consequence.insert(0, request.text)
    clock = law.clock("information_request")
    shared = common(case, frame)
    return InformationRequest(
        **shared,
        summary=Summary(
            decided="Ihr Antrag ist noch nicht vollständig oder hat Mängel. Entschieden ist noch nicht.",
            to_do=("Reichen Sie die unten genannten Unterlagen im Portal nach.",),
            until=(
                german_date(request.due_on),
                f"Kommt nichts, gilt Ihr Antrag ab dem {german_date(request.deemed_withdrawn_on)} als zurückgenommen.",
            ),
            ask=ask_line(shared["contact"]),
        ),
        items=requested_items(request, law),
        due_on=request.due_on,
        legal_basis=clock.legal_basis,
        consequence=tuple(consequence),
        extension=f"Auf Antrag können wir die Frist um höchstens {clock.max_extension} verlängern."
        if clock.max_extension
        else "",
    )


def hearing_letter(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    hearing = Hearing.objects.get(case=case, uuid=subject)
    if hearing.due_on is None:
        raise ValueError("A waived hearing has no letter.")
    shared = common(case, frame)
    return HearingLetter(
        **shared,
        summary=Summary(
            decided="Nach heutigem Stand können wir Ihren Antrag nicht genehmigen. Entschieden ist noch nicht.",
            to_do=("Wenn Sie möchten: Äußern Sie sich zu den Gründen, oder ändern Sie Ihren Antrag.",),
            until=(german_date(hearing.due_on),),
            ask=ask_line(shared["contact"]),
        ),
        legal_basis="§ 28 Abs. 1 VwVfG",
        intention="Wir beabsichtigen, Ihren Antrag abzulehnen.",
        reasons=(ReasonSection(heading="", paragraphs=paragraphs(hearing.text)),),
        due_on=hearing.due_on,
        options=(
            "Sie können sich im Portal zu den Gründen äußern.",
            "Sie können Ihren Antrag ändern oder zurücknehmen.",
        ),
    )


def withdrawal_confirmation(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    event = AuditEvent.objects.get(chain__case=case, uuid=subject)
    actor = User.objects.filter(uuid=event.actor).first() if event.actor else None
    shared = common(case, frame)
    return WithdrawalConfirmation(
        **shared,
        summary=Summary(
            decided="Ihr Antrag ist zurückgenommen. Wir entscheiden nicht mehr darüber.",
            to_do=("Nichts. Bauen dürfen Sie nicht; dafür brauchen Sie einen neuen Antrag.",),
            ask=ask_line(shared["contact"]),
        ),
        withdrawn_on=legal_time.legal_day(event.at),
        withdrawn_by=actor.full_name if actor else "",
        consequences=(
            "Das Verfahren ist damit beendet. Über den Antrag wird nicht mehr entschieden.",
            "Sie können jederzeit einen neuen Antrag stellen.",
        ),
    )
