"""Words and comparisons of the staff pages: word-by-word changes, days left, the sort key in SQL."""

import pytest
from django.db.models import Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permits.models import User
from permits.selectors import case_decision
from permits.selectors.case_deadlines import days_left
from permits.selectors.search import sort_key_of
from permits.selectors.text_diff import is_changed, word_diff
from permits.sorting import din5007_key


def test_changed_words_are_marked_and_the_rest_stays() -> None:
    pieces = word_diff("Die Genehmigung wird erteilt.", "Die Genehmigung für das Haus wird erteilt.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Die Genehmigung "),
        ("added", "für das Haus "),
        ("same", "wird erteilt."),
    ]


def test_replaced_word_shows_the_old_before_the_new() -> None:
    kinds = [(piece.kind, piece.text) for piece in word_diff("Das ist alt.", "Das ist neu.")]
    assert kinds == [("same", "Das ist "), ("removed", "alt."), ("added", "neu.")]


def test_equal_texts_have_no_change() -> None:
    assert not is_changed(word_diff("Gleich.\n\nUnd gleich.", "Gleich.\n\nUnd gleich."))
    assert word_diff("", "") == []


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_pieces_put_together_are_both_texts(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (5, "noch 5 Tage"),
        (1, "noch 1 Tag"),
        (0, "heute"),
        (-1, "seit 1 Tag überschritten"),
        (-9, "seit 9 Tagen überschritten"),
    ],
)
def test_days_left_in_german(left: int, words: str) -> None:
    assert days_left(left) == words


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="AaZzÄäÖöÜüßẞÉéñøŁł -./19", min_size=1, max_size=30))
def test_database_folds_letters_as_the_stored_key_does(text: str) -> None:
    User.objects.get_or_create(email="a@example.org", defaults={"given_name": "A", "family_name": "B"})
    key = User.objects.annotate(key=sort_key_of(Value(text))).values_list("key", flat=True)[0]
    assert key.strip() == din5007_key(text)


def test_overridden_result_says_who_judged_and_what_was_computed() -> None:
    row = {"verdict": "failed", "computed_verdict": "passed", "review_reason": "Zufahrt fehlt.", "message": "0,15."}
    row |= {"check": "street_access"}
    first, second = case_decision._findings({"findings": [row, row | {"computed_verdict": "failed"}]})
    assert first.head == "Erschließung"
    assert first.text == "nicht eingehalten (von der Behörde bewertet: Zufahrt fehlt.). Berechnet: eingehalten: 0,15."
    assert second.text == "nicht eingehalten: 0,15."
