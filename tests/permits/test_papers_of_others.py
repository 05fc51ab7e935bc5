"""What the applicant's side reads: its own letters, no letters to others, and no word twice."""

import pytest

from permits.models import IssuedDocument, User
from permits.selectors.case_decision import _finding
from permits.selectors.notices import may_read


@pytest.mark.parametrize(
    ("kind", "readable"), [("receipt", True), ("neighbour_hearing", False), ("consultation_letter", False)]
)
def test_letters_to_neighbours_and_authorities_are_not_the_applicants_post(kind: str, readable: bool) -> None:
    assert may_read(IssuedDocument(kind=kind), User(email="anna@example.org")) is readable


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Nicht anwendbar: Der Lageplan enthält kein Gebäude.", "Nicht anwendbar: Der Lageplan enthält kein Gebäude."),
        ("Der Lageplan enthält kein Gebäude.", "nicht anwendbar: Der Lageplan enthält kein Gebäude."),
    ],
)
def test_a_finding_says_its_verdict_once(message: str, shown: str) -> None:
    row = {"check": "dwellings", "verdict": "not_applicable", "computed_verdict": "not_applicable", "message": message}
    assert _finding(row) == shown
