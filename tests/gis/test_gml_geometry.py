"""Geometry of GML: what is broken is refused with a sentence of ours."""

import pytest
from lxml import etree

from gis.readers.gml import GmlError, GmlGeometryReader

_GML = "http://www.opengis.net/gml/3.2"


def ring(positions: str, attributes: str = "") -> etree._Element:
    text = (
        f'<Polygon xmlns="{_GML}"><exterior><LinearRing><posList {attributes}>{positions}</posList></LinearRing>'
        "</exterior></Polygon>"
    )
    return etree.fromstring(text)


def test_positions_with_a_height_are_read_in_the_plane() -> None:
    read = GmlGeometryReader().read(ring("0 0 5 4 0 5 4 3 5 0 0 5", 'srsDimension="3"'))
    assert (read.area, read.has_z) == (6.0, False)


@pytest.mark.parametrize("dimension", ["drei", "", "1", "4", "-3", "9999999999999999999999"])
def test_a_dimension_that_makes_no_sense_is_refused(dimension: str) -> None:
    with pytest.raises(GmlError, match="unvollständig"):
        GmlGeometryReader().read(ring("0 0 4 0 4 3 0 0", f'srsDimension="{dimension}"'))
