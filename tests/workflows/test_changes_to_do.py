"""Who has to act on a correction or revocation finds it in the worklist, and finds the text that was typed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from permits.models import ChangeKind, FollowUp, IssuedDocument, User
from permits.selectors.worklist import WorklistQuery, follow_ups_due, tab_counts, worklist_page
from permits.services.notice_changes import return_change
from tests.cast import Cast
from tests.workflows.test_notice_changes import BACKEND, CORRECTION, REVOCATION, notice, proposed

__all__ = ["notice"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def register_page(person: User, notice: IssuedDocument) -> str:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client.get(reverse("staff_register", args=[notice.case.uuid])).content.decode()


def test_a_change_that_waits_for_its_signature_is_in_the_list_of_the_head(notice: IssuedDocument, cast: Cast) -> None:
    query = WorklistQuery(view="signature")
    assert tab_counts(cast.reviewer)["signature"] == 0
    change = proposed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    assert tab_counts(cast.reviewer)["signature"] == 1
    (row,) = worklist_page(cast.reviewer, query).rows
    assert row.step is not None
    assert (row.step.title, row.step.page) == ("Berichtigung: Zweitzeichnung", "staff_register")
    client = Client()
    client.force_login(cast.reviewer, backend=BACKEND)
    head = client.get(reverse("case_detail", args=[notice.case.uuid])).content.decode()
    assert "Berichtigung lesen und zeichnen" in head
    return_change(case=notice.case, by=cast.reviewer, change=change, reason="Bitte genauer.")
    assert tab_counts(cast.reviewer)["signature"] == 0
    assert not worklist_page(cast.reviewer, query).rows


def test_a_returned_change_is_a_task_of_its_author_until_it_is_proposed_again(
    notice: IssuedDocument, cast: Cast
) -> None:
    # The case is somebody else's, and the task is on the author's desk all the same.
    type(notice.case).objects.filter(pk=notice.case.pk).update(assigned_to=cast.second_officer)
    change = proposed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    return_change(case=notice.case, by=cast.reviewer, change=change, reason="Bitte genauer.")
    (task,) = follow_ups_due(cast.officer)
    assert task.text.startswith(f"Berichtigung zu {notice.number} von der Zweitzeichnung zurückgegeben")
    proposed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    assert follow_ups_due(cast.officer) == []
    assert FollowUp.objects.get(pk=task.pk).done_by == cast.officer


@pytest.mark.parametrize(
    ("kind", "text", "typed"),
    [
        (ChangeKind.CORRECTION, CORRECTION, ("Schreibfehler.", 'value="Seite 1"', "Lindenstraße", "Lindweg")),
        (ChangeKind.REVOCATION, REVOCATION, (REVOCATION.reasons, REVOCATION.hearing, 'value="2026-11-02"')),
    ],
)
def test_the_form_of_a_returned_change_comes_back_filled(
    kind: ChangeKind, text: object, typed: tuple[str, ...], notice: IssuedDocument, cast: Cast
) -> None:
    change = proposed(notice, cast, kind, text)  # type: ignore[arg-type]
    return_change(case=notice.case, by=cast.reviewer, change=change, reason="Bitte genauer begründen.")
    page = register_page(cast.officer, notice)
    assert "Bitte genauer begründen." in page
    form = page.partition("Einträge im Ausgangsregister")[0]
    for words in typed:
        assert words in form, words
    assert re.search(rf'<input[^>]*value="{change.content["ground"]}"[^>]*checked', form)
    assert form.count('<details class="ba-card" open>') == 1
    # What was proposed anew hides what was returned before.
    again = proposed(notice, cast, kind, text)  # type: ignore[arg-type]
    assert "Bitte genauer begründen." not in register_page(cast.officer, notice)
    return_change(case=notice.case, by=cast.reviewer, change=again, reason="Noch einmal.")
    assert "Noch einmal." in register_page(cast.officer, notice)
