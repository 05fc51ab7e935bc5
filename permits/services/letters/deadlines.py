"""Papers about time: a deadline that was extended, an application that counts as withdrawn."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from permits import legal_time
from permits.law import Clock, Law
from permits.models import AdditionalInformationRequest, ClockEvent, ClockEventKind, IssuedDocument, PermitCase
from permits.selectors.clock import law_of, tally_of
from permits.selectors.periods import deemed_withdrawn_on
from permits.services.letters.frame import Frame, ask_line, common, paragraphs
from permits.services.letters.procedure import requested_items
from permits.services.outbox import effect_key
from reports.contexts import DocumentContext, Summary
from reports.contexts.deadline_extension import DeadlineExtension, TimeOf
from reports.contexts.deemed_withdrawal import DeemedWithdrawal
from reports.formatting import german_date

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Words:
    """How the paper speaks of one clock: whose time, "Frist …", the first sentence, what to do and what follows."""

    time_of: TimeOf
    deadline: str
    decided: str
    to_do: str
    until: str
    consequences: Callable[[PermitCase, Law, dt.date], tuple[str, ...]]


def _without_documents(case: PermitCase, in_force: Law, until: dt.date) -> tuple[str, ...]:
    withdrawn_on = deemed_withdrawn_on(case, until)
    return (
        "Was wir nachgefordert haben, ändert sich nicht. Sie haben nur mehr Zeit dafür.",
        (
            f"Gehen die Unterlagen bis zum {german_date(until)} nicht ein und auch nicht bis zum Ablauf des "
            f"{german_date(withdrawn_on - DAY)}, gilt Ihr Antrag ab dem {german_date(withdrawn_on)} als zurückgenommen "
            f"({in_force.clock('deemed_withdrawal').legal_basis})."
        ),
    )


def _without_decision(case: PermitCase, in_force: Law, until: dt.date) -> tuple[str, ...]:
    return (
        "Ihr Bauantrag wird weiter bearbeitet. Mit dem Bau dürfen Sie noch nicht beginnen.",
        (
            f"Entscheiden wir bis zum Ablauf des {german_date(until)} nicht, gilt die Baugenehmigung ab dem "
            f"{german_date(until + DAY)} als erteilt ({in_force.clock('permit_fiction').legal_basis}). Wir "
            "bescheinigen Ihnen das dann von uns aus."
        ),
    )


# The clocks whose extension the applicant is told of.
WORDS = {
    "information_request": Words(
        time_of=TimeOf.ADDRESSEE,
        deadline="zur Nachreichung von Unterlagen",
        decided="Sie haben mehr Zeit, um die fehlenden Unterlagen nachzureichen.",
        to_do="Bitte reichen Sie alle nachgeforderten Unterlagen im Portal ein.",
        until="{day}",
        consequences=_without_documents,
    ),
    "permit_fiction": Words(
        time_of=TimeOf.AUTHORITY,
        deadline="für die Entscheidung über Ihren Bauantrag",
        decided="Wir brauchen für die Entscheidung über Ihren Bauantrag mehr Zeit.",
        to_do="Nichts. Mit dem Bau dürfen Sie noch nicht beginnen.",
        until="Wir entscheiden bis zum {day}.",
        consequences=_without_decision,
    ),
}


def extension_number(case: PermitCase, subject: str) -> str:
    event = ClockEvent.objects.get(case=case, uuid=subject)
    return f"V{case.clock_events.filter(kind=ClockEventKind.EXTEND, pk__lte=event.pk).count()}"


def deadline_extension(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    event = ClockEvent.objects.get(case=case, uuid=subject, kind=ClockEventKind.EXTEND)
    words = WORDS[event.clock]
    events = list(case.clock_events.filter(clock=event.clock, subject=event.subject))
    in_force = law_of(case, on=events[0].on)
    rule = in_force.clock(event.clock)
    before = tally_of(events[: events.index(event)], rule, in_force)
    after = tally_of(events[: events.index(event) + 1], rule, in_force)
    old, new = before.moved(before.end), after.moved(after.end)
    if old is None or new is None:
        raise ValueError("A clock without an end cannot have been extended.")
    values = common(case, frame)
    return DeadlineExtension(
        **values,
        summary=Summary(
            decided=words.decided,
            to_do=(words.to_do,),
            until=(words.until.format(day=german_date(new)),),
            ask=ask_line(values["contact"]),
        ),
        time_of=words.time_of,
        deadline=words.deadline,
        old_due_on=old,
        due_on=new,
        legal_basis=event.legal_basis,
        reasons=paragraphs(event.note),
        consequences=words.consequences(case, in_force, new),
        limits=_limits(rule, after.extensions),
    )


def _limits(rule: Clock, extensions: int) -> str:
    used_up = rule.max_extensions is not None and extensions >= rule.max_extensions
    return "Noch einmal lässt sich diese Frist nicht verlängern." if used_up else ""


def deemed_withdrawal(case: PermitCase, subject: str, frame: Frame) -> DocumentContext:
    request = AdditionalInformationRequest.objects.select_related("check_round").get(case=case, uuid=subject)
    law = law_of(case)
    values = common(case, frame)
    paper = IssuedDocument.objects.filter(effect_key=effect_key(kind="information_request", subject=subject)).first()
    return DeemedWithdrawal(
        **values,
        summary=Summary(
            decided="Ihr Bauantrag gilt als zurückgenommen, weil nachgeforderte Unterlagen nicht eingegangen sind.",
            to_do=("Bauen dürfen Sie nicht. Möchten Sie das Vorhaben weiter, stellen Sie bitte einen neuen Antrag.",),
            until=("Eine Frist gibt es dafür nicht.",),
            ask=ask_line(values["contact"]),
        ),
        withdrawn_on=request.deemed_withdrawn_on,
        legal_basis=law.clock("deemed_withdrawal").legal_basis,
        requested_on=legal_time.legal_day(request.sent_at),
        request_number=paper.number if paper else "",
        first_due_on=request.due_on if request.extended_until else None,
        expired_on=request.extended_until or request.due_on,
        last_day=request.deemed_withdrawn_on - DAY,
        items=requested_items(request, law),
        consequences=(
            "Das Verfahren ist beendet. Über Ihr Vorhaben entscheiden wir nicht.",
            "Mit dem Bau dürfen Sie nicht beginnen.",
            "Ihre Unterlagen bleiben in der Bauakte. Im Portal können Sie sie weiter ansehen.",
        ),
        fee_hint="Für die Arbeit, die bis dahin entstanden ist, können wir eine Gebühr erheben. Darüber bekämen Sie "
        "einen eigenen Bescheid.",
        new_application=(
            "Sie können jederzeit einen neuen Bauantrag stellen.",
            "Reichen Sie dann bitte gleich mit ein, was in diesem Verfahren gefehlt hat.",
        ),
        objection="Haben Sie die Unterlagen doch rechtzeitig eingereicht, oder waren Sie ohne Ihr Verschulden daran "
        "gehindert? Dann schreiben Sie uns bitte so bald wie möglich. Wir prüfen das.",
    )
