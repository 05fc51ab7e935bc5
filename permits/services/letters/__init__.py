"""Contexts of our papers, one builder per document kind; ``subject`` is the UUID of the act that needs the paper."""

from collections.abc import Callable, Mapping

from permits.models import AdditionalInformationRequest, Hearing, PermitCase, Submission
from permits.services.letters.changes import change_kind, change_notice, issued_change
from permits.services.letters.deadlines import deadline_extension, deemed_withdrawal, extension_number
from permits.services.letters.frame import Frame, Letter
from permits.services.letters.notice import decision_notice, issued_notice, notice_kind
from permits.services.letters.numbers import change_number, decision_number
from permits.services.letters.procedure import hearing_letter, information_request, receipt, withdrawal_confirmation

__all__ = [
    "CHANGE_KINDS",
    "LETTERS",
    "NOTICE_KINDS",
    "Frame",
    "Letter",
    "change_kind",
    "change_notice",
    "decision_notice",
    "notice_kind",
]

#: Papers that announce a signed decision version.
NOTICE_KINDS = frozenset({"permit_notice", "refusal_notice"})
#: Papers that correct or take back an issued notice.
CHANGE_KINDS = frozenset({"correction_notice", "revocation_notice"})


def _numbered(suffix: Callable[[PermitCase, str], str]) -> Callable[[PermitCase, str], str]:
    return lambda case, subject: f"{case.case_number}-{suffix(case, subject)}"


DECISION_NOTICE = Letter(issued_notice, _numbered(decision_number))

CHANGE_NOTICE = Letter(issued_change, _numbered(change_number))

LETTERS: Mapping[str, Letter] = {
    "receipt": Letter(receipt, _numbered(lambda case, s: f"E{Submission.objects.get(case=case, uuid=s).number}")),
    "information_request": Letter(
        information_request,
        _numbered(lambda case, s: f"N{AdditionalInformationRequest.objects.get(case=case, uuid=s).check_round.number}"),
    ),
    "hearing_letter": Letter(
        hearing_letter,
        _numbered(
            lambda case, s: (
                "A" + str(case.hearings.filter(held_at__lte=Hearing.objects.get(case=case, uuid=s).held_at).count())
            )
        ),
    ),
    "deadline_extension": Letter(deadline_extension, _numbered(extension_number)),
    "deemed_withdrawal": Letter(
        deemed_withdrawal,
        _numbered(
            lambda case, s: f"RF{AdditionalInformationRequest.objects.get(case=case, uuid=s).check_round.number}"
        ),
    ),
    "withdrawal_confirmation": Letter(withdrawal_confirmation, _numbered(lambda case, s: "R1")),
    "permit_notice": DECISION_NOTICE,
    "refusal_notice": DECISION_NOTICE,
    "correction_notice": CHANGE_NOTICE,
    "revocation_notice": CHANGE_NOTICE,
}
