"""Numbers of what two people sign: nothing that was returned uses up a number."""

import uuid

import pytest

from permits import legal_time
from permits.models import ChangeKind, IssuedDocument, NoticeChange, PermitCase
from permits.services.letters.numbers import change_number, decision_number
from permits.services.notice_changes import ChangeText, propose_change, return_change, sign_change
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.workflows.village import issue, propose, sign, to_assessment, to_signed
from workflows import actions

pytestmark = pytest.mark.django_db
CORRECTION = ChangeText(
    ground="obvious_error", reasons="Schreibfehler.", items=[("Seite 1", "Lindenstraße", "Lindweg")]
)


@pytest.fixture
def notice(application: PermitCase, cast: Cast, paper: RenderedDocument) -> IssuedDocument:
    to_signed(application, cast)
    return issue(application, paper)


def proposed(
    notice: IssuedDocument, cast: Cast, kind: ChangeKind = ChangeKind.CORRECTION, text: ChangeText = CORRECTION
) -> NoticeChange:
    return actions.on_case(propose_change, case=notice.case, by=cast.officer, document=notice, kind=kind, text=text)


def signed(notice: IssuedDocument, cast: Cast, change: NoticeChange) -> NoticeChange:
    return actions.on_case(
        sign_change, case=notice.case, by=cast.reviewer, change=change, content_sha256=change.content_sha256
    )


@pytest.mark.django_db(transaction=True)
def test_a_returned_correction_uses_up_no_number(notice: IssuedDocument, cast: Cast) -> None:
    for _ in range(2):
        returned = proposed(notice, cast)
        actions.on_case(return_change, case=notice.case, by=cast.reviewer, change=returned, reason="Ungenau.")
        signed(notice, cast, proposed(notice, cast))
        run_jobs()
    corrections = IssuedDocument.objects.filter(kind="correction_notice").order_by("pk")
    numbers = [paper.number.rpartition("-")[2] for paper in corrections]
    assert numbers == ["K1", "K2"]
    entries = [paper.register_entry.number for paper in corrections]
    assert entries[1] == entries[0] + 1, "nor does it leave a gap in the register"


def test_a_correction_has_no_number_before_it_is_signed_and_keeps_it_in_every_try(
    notice: IssuedDocument, cast: Cast
) -> None:
    change = proposed(notice, cast)
    with pytest.raises(ValueError, match="before it is signed"):
        change_number(notice.case, str(change.uuid))
    signed(notice, cast, change)
    assert [change_number(notice.case, str(change.uuid)) for _ in range(2)] == ["K1", "K1"]


def test_a_number_that_an_earlier_programme_gave_is_never_given_again(notice: IssuedDocument, cast: Cast) -> None:
    """There, a returned correction used up K1: the one that was issued is K2, and the next one is K3."""
    first = signed(notice, cast, proposed(notice, cast))
    old = IssuedDocument.objects.get(pk=notice.pk)
    old.pk, old.uuid, old.decision_version, old.change = None, uuid.uuid4(), None, first
    old.number, old.effect_key = f"{notice.case.case_number}-K2", "old"
    old.save()
    NoticeChange.objects.filter(pk=first.pk).update(state="issued")
    second = NoticeChange.objects.create(
        case=notice.case, concerns=notice, kind=ChangeKind.CORRECTION, state="signed", content={}, content_sha256="0",
        prepared_by=cast.officer, prepared_at=legal_time.now(), signed_by=cast.reviewer, signed_at=legal_time.now(),
    )  # fmt: skip
    assert change_number(notice.case, str(second.uuid)) == "K3"


def test_corrections_and_what_ends_a_notice_are_counted_apart(notice: IssuedDocument, cast: Cast) -> None:
    correction = signed(notice, cast, proposed(notice, cast))
    NoticeChange.objects.filter(pk=correction.pk).update(state="issued")
    ending = ChangeText(
        ground="requirement_unmet", reasons="Nicht erfüllt.", hearing="Angehört.", known_on=legal_time.today()
    )
    change = signed(notice, cast, proposed(notice, cast, ChangeKind.REVOCATION, ending))
    assert change_number(notice.case, str(change.uuid)) == "W1"


def test_a_returned_decision_uses_up_no_number(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    propose(application, cast)
    actions.return_decision(case=application, by=cast.reviewer, reason="Bitte begründen.")
    version = propose(application, cast)
    assert version.number == 2
    sign(application, cast)
    assert decision_number(application, str(version.uuid)) == "B1"
