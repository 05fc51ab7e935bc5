"""The public page without a browser: by code, by checksum, what it tells and what it keeps to itself."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permits.models import ChangeKind, IssuedDocument, PermitCase, ServiceState
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.permits.test_verify_notice import changed, notice, notified, sealed_paper
from tests.workflows.village import issue, to_signed

pytestmark = pytest.mark.django_db
__all__ = ["notice", "sealed_paper"]


def ask(**data: str) -> tuple[int, str]:
    """Status and main part of the answer of a visitor's request."""
    answer = Client().post(reverse("verify"), data)
    return answer.status_code, answer.content.decode().partition("<main")[2]


def by_code(document: IssuedDocument) -> str:
    return ask(number=document.number, code=document.verification_code)[1]


def test_the_checksum_of_the_file_finds_the_notice_and_says_nothing_about_people(notice: IssuedDocument) -> None:
    status, shown = ask(sha256=notice.sha256.upper())
    assert status == 200
    for words in ("Dieser Bescheid ist echt", "Datei unverändert", notice.number, "Nr. 1"):
        assert words in shown
    for personal in ("Brandt", "Lindenweg", "Einfamilienhaus", "Flurstück 4"):
        assert personal not in shown
    # As Windows' certutil prints it.
    pairs = " ".join(notice.sha256[place : place + 2] for place in range(0, 64, 2))
    assert ask(sha256=pairs)[0] == 200


def test_what_the_commands_of_the_page_print_can_be_pasted_whole(notice: IssuedDocument) -> None:
    """The page says "Tragen Sie das Ergebnis oben ein"; the result has the name of the file, too."""
    other = "0" * 64
    for printed in (
        f"{notice.sha256}  bescheid.pdf",
        f"{notice.sha256} *Mein Bescheid ({other}).pdf\n",
        f"\\{notice.sha256}  ein\\\\name.pdf",
        f"SHA256 (bescheid.pdf) = {notice.sha256}",
        f"SHA256-Hash von bescheid.pdf:\r\n{notice.sha256}\r\nCertUtil: -hashfile-Befehl wurde erfolgreich ausgeführt.",
    ):
        status, shown = ask(sha256=printed)
        assert (status, notice.number in shown) == (200, True), printed


def test_the_number_may_bear_any_dash(notice: IssuedDocument) -> None:
    assert "-" in notice.number
    for dash in "\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{HYPHEN}\N{MINUS SIGN}":
        status, shown = ask(number=notice.number.replace("-", dash), code=notice.verification_code)
        assert (status, "Dieser Bescheid ist echt" in shown) == (200, True), dash
    spaced = notice.number.replace("-", " -\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE} ")
    assert ask(number=spaced, code=notice.verification_code)[0] == 200


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "0" * 65, "0" * 65 + "  bescheid.pdf", "\x00" * 64, "😀" * 64])
def test_what_is_no_checksum_is_said_to_be_none(text: str) -> None:
    assert ask(sha256=text)[0] == 422


def test_an_unknown_checksum_is_answered_in_a_sentence(notice: IssuedDocument) -> None:
    status, shown = ask(sha256="0" * 64)
    assert status == 422
    assert "Zu dieser Prüfsumme gibt es kein Schriftstück" in shown


def test_a_paper_without_a_seal_is_not_public(application: PermitCase, cast: Cast, paper: RenderedDocument) -> None:
    to_signed(application, cast)
    unsealed = issue(application, paper)
    assert ask(sha256=unsealed.sha256)[0] == 422


def test_corrections_and_the_revocation_are_told(
    notice: IssuedDocument,
    cast: Cast,
    paper: RenderedDocument,
) -> None:
    changed(notice, cast, ChangeKind.CORRECTION, paper)
    shown = by_code(notice)
    for words in ("Dieser Bescheid ist echt und wirksam", "wirksam, berichtigt", "durch X-correction"):
        assert words in shown
    changed(notice, cast, ChangeKind.REVOCATION, paper)
    shown = by_code(notice)
    for words in (
        "Dieser Bescheid ist echt, seine Aufhebung ist ausgefertigt",
        "Widerruf ausgefertigt</span>",
        "(X-revocation), wird mit der Bekanntgabe wirksam.",
        "Widerruf ausgefertigt am</dt>",
    ):
        assert words in shown, words
    assert "gilt nicht mehr;" not in shown
    notified(IssuedDocument.objects.get(number="X-revocation"))
    shown = by_code(notice)
    for words in (
        "Dieser Bescheid ist widerrufen",
        "und gilt nicht mehr; ab wann, steht im Bescheid",
        "durch X-revocation",
    ):
        assert words in shown
    assert "wirksam" not in shown
    assert "Grund." not in shown, "the reason is for staff and recipients"


def test_a_notice_is_in_force_from_the_day_on_which_its_service_counts(notice: IssuedDocument) -> None:
    """The page once called a permit "gültig" that nobody had ever been notified of."""
    for state in (ServiceState.PENDING, ServiceState.PROVIDED, ServiceState.FAILED):
        notice.services.update(state=state, notified_on=None)
        shown = by_code(notice)
        assert "Dieser Bescheid ist echt, aber noch nicht wirksam" in shown
        assert "noch nicht bekannt gegeben</span>" in shown
        assert "Er ist echt, noch nicht bekannt gegeben und damit noch nicht wirksam" in shown
    # Fetched today, it counts as notified tomorrow.
    notified(notice, in_days=1)
    assert "aber noch nicht wirksam" in by_code(notice)
    notified(notice)
    shown = by_code(notice)
    assert "Dieser Bescheid ist echt und wirksam" in shown
    assert "wirksam</span>" in shown


def test_both_ways_count_against_the_same_limit(notice: IssuedDocument) -> None:
    statuses = [ask(sha256="0" * 64)[0] for _ in range(10)]
    statuses += [ask(number=notice.number, code="AAAA")[0] for _ in range(10)]
    assert set(statuses) == {422}
    assert ask(sha256=notice.sha256)[0] == 429


def test_the_page_works_without_scripts_and_keeps_everything_out_of_addresses() -> None:
    page = Client().get(reverse("verify")).content.decode()
    for command in ("sha256sum", "shasum -a 256", "certutil -hashfile"):
        assert command in page
    assert "multipart" not in page
    assert 'type="file" name' not in page
    assert Client().get(reverse("verify"), {"sha256": "0" * 64}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_corrections(
    notice: IssuedDocument,
    cast: Cast,
    paper: RenderedDocument,
) -> None:
    with CaptureQueriesContext(connection) as before:
        by_code(notice)
    changed(notice, cast, ChangeKind.CORRECTION, paper)
    with CaptureQueriesContext(connection) as after:
        by_code(notice)
    assert len(after) == len(before)
