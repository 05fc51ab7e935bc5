"""What is remembered of the windows of a table: only what the same rows make, and never more than fits."""

import numpy as np
import pytest
import shapely

from gis.layers import LayerWindow
from gis.sources import postgis_remembered
from gis.sources.postgis_remembered import RememberedWindows
from tests.gis.sources.conftest import Open
from tests.gis.sources.town import ALL

BOUNDS = (0.0, 0.0, 10.0, 10.0)
Rows = list[tuple[object, ...]]


@pytest.fixture
def window(open_postgis: Open) -> LayerWindow:
    return open_postgis("parcels").window(ALL)


def test_only_the_same_rows_for_the_same_bounds_are_remembered(window: LayerWindow) -> None:
    remembered = RememberedWindows()
    rows: Rows = [(b"wkb", "1", 2.0)]
    remembered.keep(BOUNDS, rows, window)
    again = remembered.window(BOUNDS, [(b"wkb", "1", 2.0)])
    assert again is not None
    assert again.digest() == window.digest()
    assert remembered.window(BOUNDS, [(b"wkb", "1", 3.0)]) is None
    assert remembered.window(BOUNDS, [*rows, (b"wkb", "2", 2.0)]) is None
    assert remembered.window((0.0, 0.0, 10.0, 11.0), rows) is None


def test_what_somebody_does_to_the_arrays_of_a_window_stays_with_him(open_postgis: Open) -> None:
    first = open_postgis("parcels").window(ALL)
    digest = first.digest()
    for _ in range(2):
        window = open_postgis("parcels").window(ALL)
        assert window.digest() == digest
        window.geometry[:] = shapely.Point(0, 0)
        for values in window.columns.values():
            values[:] = np.zeros_like(values)


def test_the_oldest_windows_are_forgotten_first(window: LayerWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis_remembered, "_WINDOWS", 3)
    monkeypatch.setattr(postgis_remembered, "_ROWS", 5)
    monkeypatch.setattr(postgis_remembered, "_BYTES", 50)
    remembered = RememberedWindows()
    one: Rows = [(b"wkb", "1")]

    def kept() -> list[float]:
        return [west for west in range(10) if remembered.window((float(west), 0, 1, 1), one) is not None]

    for west in range(4):
        remembered.keep((float(west), 0, 1, 1), one, window)
    assert kept() == [1, 2, 3]  # three windows at most
    remembered.keep((8.0, 0, 1, 1), one * 4, window)
    assert kept() == [3]  # five rows at most: 4 + 1
    remembered.keep((9.0, 0, 1, 1), one * 6, window)
    remembered.keep((9.0, 0, 1, 1), [(b"x" * 51, "1")], window)
    assert kept() == [3]  # what does not fit at all drives nothing out
    remembered.keep((9.0, 0, 1, 1), [(b"x" * 48, "1")], window)
    assert kept() == []  # fifty bytes at most
