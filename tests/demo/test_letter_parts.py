"""The demo's texts in letters: they stand in the letters that they are for, once."""

import pytest

from demo.letter_parts import TEXTS, seed_letter_parts
from permits.models import PermitAuthority
from permits.selectors.letters import parts_for_papers
from permits.services.letters.samples import sample_context, sample_pdf
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_demo_has_texts_of_its_own_in_letters(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    town = authorities["musterstadt"]
    for _ in range(2):
        seed_letter_parts(town, cast.admin)
    assert {part.kind for part in town.letter_parts.all()} == TEXTS.keys()
    assert town.letter_parts.count() == len(TEXTS)
    for kind in TEXTS:
        context = sample_context(town, kind=kind, parts=parts_for_papers(town, kind))
        assert sample_pdf(context).startswith(b"%PDF")
    (closing,) = sample_context(town, parts=parts_for_papers(town, "receipt")).letter_parts
    (text,) = closing.paragraphs
    assert closing.place == "closing"
    assert "im Rathaus am Marktplatz 1 und unter Telefon 05555 100-0." in text
