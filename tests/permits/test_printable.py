"""What no font prints is refused where it is typed: a receipt or notice with such a character could never be made."""

import pytest

from permits.errors import InvalidInputError
from permits.forms.accounts import FinishSignUpForm
from permits.forms.staff.assessment import ConditionForm
from permits.forms.staff.communication import NoteForm
from permits.models import CaseStatus, Outcome, PermitCase
from permits.services.documents import clean_file_name
from tests.cast import Cast
from tests.workflows.village import TENOR, to_assessment
from workflows import actions


def test_characters_without_a_glyph_are_named_beside_their_field() -> None:
    condition = ConditionForm({"kind": "requirement", "stage": "general", "text": "Höhe 🏠 einmessen \x07 ≤ 3 m²"})
    assert condition.errors["text"] == [
        "Diese Zeichen lassen sich nicht drucken. Bitte ersetzen Sie sie: „🏠“ (U+1F3E0), U+0007."
    ]
    typed = {"given_name": "漢", "family_name": "Vogt", "password": "🏠 drei Linden am Deister"}
    name = FinishSignUpForm(typed, email="vogt@example.org")
    assert "„漢“" in name.errors["given_name"][0]
    assert "password" not in name.errors


def test_notes_that_are_never_printed_may_carry_anything() -> None:
    assert NoteForm({"text": "Rückruf erledigt 🏠"}).is_valid()


def test_names_of_files_keep_only_what_prints() -> None:
    assert clean_file_name("Haus 🏠 Straße.pdf") == "Haus  Straße.pdf"


@pytest.mark.django_db
def test_decision_that_cannot_be_printed_is_never_handed_over(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    draft = {"case": application, "by": cast.officer, "outcome": Outcome.GRANTED, "operative_part": TENOR}
    actions.save_decision(**draft, reasons="Ein Haus 🏠.")
    with pytest.raises(InvalidInputError, match="nicht drucken lassen") as caught:
        actions.propose_decision(case=application, by=cast.officer)
    assert "U+1F3E0" in str(caught.value)
    actions.save_decision(**draft, reasons="Ein Haus.")
    actions.propose_decision(case=application, by=cast.officer)
    application.refresh_from_db()
    assert application.status == CaseStatus.DECISION_DRAFTED
