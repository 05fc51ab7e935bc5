"""What a correction means for the time in which the notice may be objected to (§§ 58, 70 VwGO).

A correction alone opens no period. It does where the Rechtsbehelfsbelehrung was wrong: the month of § 70 (1) VwGO has
then never begun, a year runs instead (§ 58 (2) VwGO), and a month from the Bekanntgabe of the right instruction on. It
does also where only the correction shows what the notice demands.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from permits import legal_time
from permits.errors import InvalidInputError
from permits.models import (
    ChangeKind,
    ChangeState,
    IssuedDocument,
    NoticeChange,
    PermitCase,
    RemedyEffect,
    ServiceOfNotice,
    ServiceState,
    User,
)
from permits.selectors.clock import clock_state, law_of
from permits.services.clock import record_clock_event
from permits.services.notice_quotes import plain, plain_words

MONTH, YEAR = "remedy", "remedy_without_instruction"
INSTRUCTION = re.compile(r"rechtsbehelf|rechtsmittel|belehrung|widerspruch", re.IGNORECASE)


def effect_on_remedy(document: IssuedDocument) -> RemedyEffect:
    """Return what a correction says about the period; changes from before this was asked leave it as it is."""
    if document.change is None or document.change.kind != ChangeKind.CORRECTION:
        return RemedyEffect.UNCHANGED
    return RemedyEffect(document.change.content.get("remedy", RemedyEffect.UNCHANGED))


def require_effect_named(
    *, document: IssuedDocument, items: Iterable[tuple[str, str, str]], effect: RemedyEffect, instruction: Sequence[str]
) -> None:
    """Raise InvalidInputError where a correction of the instruction leaves the period alone, or repeats the mistake.

    ``instruction`` is the Rechtsbehelfsbelehrung that would go out with the correction.
    """
    concerned = [(place, wrong) for place, wrong, _ in items if _is_instruction(document, place, wrong)]
    if concerned and effect != RemedyEffect.INSTRUCTION:
        raise InvalidInputError(
            f"Die Stelle „{concerned[0][0].strip()}“ gehört zur Rechtsbehelfsbelehrung. War sie unrichtig, läuft statt "
            "des Monats ein Jahr (§ 58 Abs. 2 VwGO). Bitte wählen Sie bei der Frist für den Widerspruch, dass die "
            "Rechtsbehelfsbelehrung unrichtig war.",
            field="remedy",
        )
    text = plain(" ".join(instruction))
    for _, wrong in concerned:
        if re.search(rf"(?<!\w){re.escape(plain(wrong))}(?!\w)", text):
            raise InvalidInputError(
                f"Die Rechtsbehelfsbelehrung, die mit der Berichtigung hinausgeht, sagt noch „{wrong.strip()}“. Bitte "
                "lassen Sie zuerst die Angaben der Behörde berichtigen.",
                field="items",
            )


def _is_instruction(document: IssuedDocument, place: str, wrong: str) -> bool:
    """Whether a place is named as part of the instruction, or its words stand in the notice's instruction alone."""
    if INSTRUCTION.search(place):
        return True
    quote = plain(wrong)
    within = sum(plain(text).count(quote) for text in document.context.get("legal_remedy") or ())
    return bool(within) and within >= plain_words(document.html).count(quote)


def clock_for(document: IssuedDocument) -> str:
    """Return the clock that a notice's Bekanntgabe starts: the year once its instruction was found to be wrong."""
    return YEAR if _corrections(document).filter(content__remedy=RemedyEffect.INSTRUCTION).exists() else MONTH


def _corrections(document: IssuedDocument) -> QuerySet[NoticeChange]:
    return NoticeChange.objects.filter(concerns=document, kind=ChangeKind.CORRECTION, state=ChangeState.ISSUED)


def let_the_year_run(*, case: PermitCase, correction: IssuedDocument, by: User | None) -> None:
    """Replace the month by the year, with the issue of a correction that says that the instruction was wrong."""
    if effect_on_remedy(correction) != RemedyEffect.INSTRUCTION:
        return
    for service in _former(correction).filter(state=ServiceState.SERVED):
        if service.notified_on is None or not clock_state(case, MONTH, str(service.uuid)).is_running:
            continue
        _stop(case, MONTH, service, by)
        begin(case=case, service=service, clock=YEAR, by=by)
        service.save(update_fields=["remedy_until"])


def begin(*, case: PermitCase, service: ServiceOfNotice, clock: str, by: User | None) -> None:
    """Start a period with a recipient's day of notification; the caller saves ``service``."""
    assert service.notified_on is not None
    service.remedy_until = law_of(case, on=service.notified_on).period_end(clock, service.notified_on)
    record_clock_event(case=case, clock=clock, kind="start", on=service.notified_on, by=by, subject=str(service.uuid))


def supersede_former(*, case: PermitCase, service: ServiceOfNotice, by: User | None) -> None:
    """End a recipient's earlier periods: the notice may be objected to until the one of the correction ends."""
    for former in _former(service.document).filter(party=service.party, remedy_until__isnull=False):
        for clock in (MONTH, YEAR):
            if clock_state(case, clock, str(former.uuid)).is_running:
                _stop(case, clock, former, by)
        former.remedy_until = service.remedy_until
        former.save(update_fields=["remedy_until"])


def _former(correction: IssuedDocument) -> QuerySet[ServiceOfNotice]:
    """Return the services of the corrected notice and of its other corrections that opened a period."""
    if correction.change is None or correction.change.kind != ChangeKind.CORRECTION:
        return ServiceOfNotice.objects.none()
    concerned = correction.change.concerns
    others = Q(document__change__concerns=concerned, document__change__kind=ChangeKind.CORRECTION)
    found = ServiceOfNotice.objects.filter(Q(document=concerned) | others, remedy_until__isnull=False)
    return found.exclude(document=correction).select_for_update(of=("self",))


def _stop(case: PermitCase, clock: str, service: ServiceOfNotice, by: User | None) -> None:
    began: dt.date = service.notified_on or legal_time.today()
    # A notice fetched today counts as notified tomorrow: no period ends before it begins.
    on = max(began, legal_time.today())
    record_clock_event(
        case=case, clock=clock, kind="stop", on=on, by=by, subject=str(service.uuid),
        note="Ersetzt: Die Rechtsbehelfsbelehrung oder der Bescheid wurde berichtigt.",
    )  # fmt: skip
