"""A correction quotes what the notice says; what it does not say has to be confirmed, and the signer sees it."""

import dataclasses
import re

import pytest
from django.test import Client
from django.urls import reverse

from permits.errors import InvalidInputError
from permits.forms.staff.changes import UNKNOWN
from permits.models import ChangeKind, IssuedDocument, NoticeChange
from permits.services.notice_changes import ChangeText, propose_change
from permits.services.notice_quotes import UnknownQuoteError, unknown_quotes
from tests.cast import Cast
from tests.workflows.test_notice_changes import BACKEND, notice

__all__ = ["notice"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
HTML = (
    "<h1>Baugenehmigung</h1><p>Nach §\u00a05 Abs.\u00a02 <b>NBau</b>O ist das Bau\u00adgrund\u00adstück "
    "zu klein &amp; zu\u00a0schmal.</p><p>Zweiter Absatz,<br>neue Zeile.</p>"
)


@pytest.mark.parametrize(
    "quote",
    [
        "Nach § 5 Abs. 2 NBauO",
        "Nach  §\n5 Abs.\u00a02",
        "das Baugrundstück zu klein & zu schmal. Zweiter Absatz, neue Zeile.",
        "Bau\u00adgrundstück",
        "Baugrund-\nstück zu klein",
    ],
)
def test_a_quote_is_found_whatever_white_space_it_has(quote: str, notice: IssuedDocument) -> None:
    notice.html = HTML
    assert unknown_quotes(notice, [quote]) == []


@pytest.mark.parametrize("quote", ["§ 6 Abs. 2", "BaugenehmigungNach", "Bau grundstück", "<b>", "baugrundstück"])
def test_a_quote_that_is_not_there_is_told(quote: str, notice: IssuedDocument) -> None:
    notice.html = HTML
    assert unknown_quotes(notice, [quote]) == [quote]


def test_nothing_is_handed_on_without_confirmation(notice: IssuedDocument, cast: Cast) -> None:
    items = [("Seite 1", "Lindenstraße", "Lindweg"), ("Seite 2", "Steht nirgends", "Richtig")]
    text = ChangeText(ground="obvious_error", reasons="Schreibfehler.", items=items)

    def proposed(text: ChangeText) -> NoticeChange:
        return propose_change(case=notice.case, by=cast.officer, document=notice, kind=ChangeKind.CORRECTION, text=text)

    with pytest.raises(UnknownQuoteError) as caught:
        proposed(text)
    assert caught.value.quotes == ["Steht nirgends"]
    confirmed = proposed(dataclasses.replace(text, confirmed=["Steht nirgends"]))
    assert confirmed.content["unknown_quotes"] == ["Steht nirgends"]


@pytest.mark.parametrize(
    ("place", "number"), [("Seite 99, Auflage 3", 99), ("Seite 7", 7), ("Tabelle auf Seite\u00a00", 0)]
)
def test_a_page_that_the_notice_does_not_have_is_refused(
    place: str, number: int, notice: IssuedDocument, cast: Cast
) -> None:
    items = [("Seite 1", "Lindenstraße", "Lindweg"), (place, "Lindenstraße", "Lindweg")]
    text = ChangeText(ground="obvious_error", reasons="Schreibfehler.", items=items)
    with pytest.raises(InvalidInputError, match=rf"Die Stelle „.*{number}.*“ gibt es nicht: Der Bescheid hat nur"):
        propose_change(case=notice.case, by=cast.officer, document=notice, kind=ChangeKind.CORRECTION, text=text)
    assert not NoticeChange.objects.exists()


def test_the_officer_is_told_beside_the_field_and_confirms(notice: IssuedDocument, cast: Cast) -> None:
    officer, head = Client(), Client()
    officer.force_login(cast.officer, backend=BACKEND)
    head.force_login(cast.reviewer, backend=BACKEND)
    to = reverse("staff_correct", args=[notice.case.uuid, notice.uuid])
    form = {
        "ground": "obvious_error", "reasons": "Schreibfehler.",
        "place_1": "Seite 1", "wrong_1": "Lindenstraße", "right_1": "Lindweg",
        "place_3": "Seite 2", "wrong_3": "Steht nirgends", "right_3": "Richtig",
    }  # fmt: skip
    answer = officer.post(to, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    (beside,) = re.findall(r'id="correct_wrong_3_error"(.*?)</div>', page, re.DOTALL)
    assert UNKNOWN in beside
    assert 'id="correct_wrong_1_error"' not in page
    (tick,) = re.findall(r'name="confirmed" value="([0-9a-f]{64})"', page)
    assert "„Steht nirgends“ steht so im Bescheid. Ich habe es verglichen." in page
    assert not NoticeChange.objects.exists()
    # Another text than the one that was compared is asked about again.
    assert officer.post(to, {**form, "wrong_3": "Auch nicht", "confirmed": tick}).status_code == 422
    assert officer.post(to, {**form, "confirmed": tick}).status_code == 302
    shown = head.get(reverse("staff_register", args=[notice.case.uuid])).content.decode()
    assert shown.count("Wortlaut im Bescheid nicht gefunden") == 1
