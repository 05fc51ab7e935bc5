"""Words for figures, as people read them."""

import pytest

from gis.wording import percent


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0049, "weniger als 1 %"),
        (0.006, "1 %"),
        (0.251, "25 %"),
        (0.994, "99 %"),
        (0.996, "mehr als 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_neither_called_nothing_nor_all_unless_it_is(share: float, text: str) -> None:
    assert percent(share) == text
