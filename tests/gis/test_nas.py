"""ALKIS NAS: GeoInfoDok 6 and 7, arcs, and the real file of Neuwerk."""

import gzip
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from lxml import etree

from gis.readers.arcs import ArcError, stroke_arc, stroke_circle_through
from gis.readers.gml import GmlError, GmlGeometryReader
from gis.readers.nas import NasSource
from gis.readers.opening import open_source
from gis.readers.source import SourceBatch, SourceError

NAMESPACES = {
    6: "http://www.adv-online.de/namespaces/adv/gid/6.0",
    7: "http://www.adv-online.de/namespaces/adv/gid/7.1",
}
MEMBERS = {6: "gml:featureMember", 7: "wfs:member"}


def ring(*segments: str) -> str:
    members = "".join(
        f"<gml:curveMember><gml:Curve><gml:segments>{segment}</gml:segments></gml:Curve></gml:curveMember>"
        for segment in segments
    )
    return f"<gml:Ring>{members}</gml:Ring>"


def line(*points: tuple[float, float]) -> str:
    return f"<gml:LineStringSegment><gml:posList>{positions(points)}</gml:posList></gml:LineStringSegment>"


def arc(*points: tuple[float, float]) -> str:
    return f"<gml:Arc><gml:posList>{positions(points)}</gml:posList></gml:Arc>"


def positions(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{x} {y}" for x, y in points)


def surface(exterior: str, srs: str = "urn:adv:crs:ETRS89_UTM32") -> str:
    return (
        f'<gml:Surface srsName="{srs}"><gml:patches><gml:PolygonPatch><gml:exterior>{exterior}</gml:exterior>'
        "</gml:PolygonPatch></gml:patches></gml:Surface>"
    )


def parcel(number: str, position: str, extra: str = "") -> str:
    return (
        f'<AX_Flurstueck gml:id="DENI{number}"><lebenszeitintervall><AA_Lebenszeitintervall>'
        f"<beginnt>2020-01-01T00:00:00Z</beginnt>{extra}</AA_Lebenszeitintervall></lebenszeitintervall>"
        f"<position>{position}</position><amtlicheFlaeche>100</amtlicheFlaeche><flurnummer>4</flurnummer>"
        f"<flurstueckskennzeichen>031001004{number}______</flurstueckskennzeichen>"
        "<istGebucht>person</istGebucht></AX_Flurstueck>"
    )


def nas(folder: Path, *features: str, version: int = 6, packed: bool = False) -> Path:
    member = MEMBERS[version]
    body = "".join(f"<{member}>{feature}</{member}>" for feature in features)
    text = (
        f'<?xml version="1.0" encoding="utf-8"?><AX_Bestandsdatenauszug xmlns="{NAMESPACES[version]}" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:wfs="http://www.opengis.net/wfs/2.0"><enthaelt>'
        f"<wfs:FeatureCollection>{body}</wfs:FeatureCollection></enthaelt></AX_Bestandsdatenauszug>"
    )
    path = folder / "auszug.xml"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def read(path: Path, layer: str = "parcels") -> SourceBatch:
    with open_source(path) as opened:
        (batch,) = opened.source.batches(layer, ())
        return batch


SQUARE = surface(ring(line((500000, 5800000), (500010, 5800000), (500010, 5800010), (500000, 5800000))))


@pytest.mark.parametrize("version", [6, 7])
@pytest.mark.parametrize("packed", [False, True])
def test_parcels_of_both_editions_are_read_plain_and_packed(tmp_path: Path, version: int, packed: bool) -> None:
    batch = read(nas(tmp_path, parcel("00012", SQUARE), version=version, packed=packed))
    assert batch.attributes.column("parcel_id").to_pylist() == ["03100100400012______"]
    assert batch.attributes.column("cadastral_section").to_pylist() == ["4"]
    assert batch.geometry[0].area == pytest.approx(50)
    assert not batch.faults


def test_owners_and_bookings_never_leave_the_reader(tmp_path: Path) -> None:
    batch = read(nas(tmp_path, parcel("00012", SQUARE)))
    assert "person" not in str(batch.attributes.to_pylist())


def test_historic_objects_are_left_out_and_counted(tmp_path: Path) -> None:
    ended = parcel("00012", SQUARE, extra="<endet>2021-01-01T00:00:00Z</endet>")
    source = NasSource(nas(tmp_path, ended, parcel("00013", SQUARE)))
    (batch,) = source.batches("parcels", ())
    assert len(batch.geometry) == 1
    assert source.warnings == ("1 historisches Objekt wurde nicht übernommen.",)


def test_the_height_of_a_building_is_read_in_both_forms(tmp_path: Path) -> None:
    def building(height: str) -> str:
        return (
            f'<AX_Gebaeude gml:id="DENI1"><position>{SQUARE}</position><gebaeudefunktion>1010</gebaeudefunktion>'
            f"{height}<anzahlDerOberirdischenGeschosse>2</anzahlDerOberirdischenGeschosse></AX_Gebaeude>"
        )

    flat = building("<objekthoehe>9.5</objekthoehe>")
    nested = building("<objekthoehe><AX_RelativeHoehe><hoehe>7.25</hoehe></AX_RelativeHoehe></objekthoehe>")
    batch = read(nas(tmp_path, flat, nested, version=7), "buildings")
    assert batch.attributes.column("height_m").to_pylist() == ["9.5", "7.25"]
    assert batch.attributes.column("storeys").to_pylist() == ["2", "2"]


def test_a_gap_in_a_ring_is_a_fault_of_that_parcel_with_its_place(tmp_path: Path) -> None:
    broken = surface(ring(line((0, 0), (10, 0)), line((10, 5), (0, 5), (0, 0))))
    batch = read(nas(tmp_path, parcel("00012", SQUARE), parcel("00013", broken)))
    assert batch.faults[1].message == "Ein Linienzug hat eine Lücke."
    assert batch.faults[1].place == (10, 0)
    assert batch.geometry[0] is not None


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (surface(ring(line((0, 0), (10, 0), (10, 10)))), "Ein Ring ist nicht geschlossen."),
        (surface(ring("<gml:CubicSpline/>")), "Das Liniensegment CubicSpline wird nicht unterstützt."),
        (surface(ring(line((0, 0), (math.nan, 0), (0, 0)))), "Eine Koordinate ist keine endliche Zahl."),
        (surface(ring(arc((0, 0), (1, 1)))), "Ein Kreisbogen braucht drei Punkte."),
        (surface(ring(arc((0, 0), (20, 0), (10, 0)))), "Ein Kreisbogen ist nicht bestimmbar."),
        ("<gml:Surface/>", "Die Fläche ist leer."),
        ("<gml:Tin/>", "Die Geometrieart Tin wird nicht unterstützt."),
    ],
)
def test_unreadable_geometries_are_named_in_german(geometry: str, message: str) -> None:
    element = etree.fromstring(f'<x xmlns:gml="http://www.opengis.net/gml/3.2">{geometry}</x>')[0]
    with pytest.raises(GmlError) as error:
        GmlGeometryReader().read(element)
    assert error.value.fault.message == message


def test_an_update_file_is_refused_because_it_is_no_full_extract(tmp_path: Path) -> None:
    path = nas(tmp_path, parcel("00012", SQUARE))
    path.write_text(
        path.read_text()
        .replace("wfs:FeatureCollection>", "wfs:Transaction>")
        .replace("gml:featureMember", "wfs:Replace")
    )
    with pytest.raises(SourceError, match="Fortführungsauftrag"):
        read(path)


def test_a_truncated_file_is_an_error_and_not_fewer_parcels(tmp_path: Path) -> None:
    path = nas(tmp_path, *(parcel(f"{number:05}", SQUARE) for number in range(50)))
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(SourceError, match="fehlerhaft"):
        read(path)


# Arcs. A circle of radius 10 around the origin: points at 0°, 60° and 120°.
START, MIDDLE, END = (10.0, 0.0), (5.0, math.sqrt(75)), (-5.0, math.sqrt(75))


@pytest.mark.parametrize("radius", [0.5, 10.0, 250.0, 20_000.0])
@pytest.mark.parametrize("degrees", [(0, 20, 40), (0, 60, 120), (0, 150, 300), (100, 50, 0), (40, 20, -200)])
@pytest.mark.parametrize("origin", [(0.0, 0.0), (466_947.677, 5_974_914.098)])
def test_an_arc_stays_within_1_cm_and_has_the_same_vertices_from_both_sides(
    radius: float, degrees: tuple[float, float, float], origin: tuple[float, float]
) -> None:
    points = [
        (origin[0] + radius * math.cos(math.radians(angle)), origin[1] + radius * math.sin(math.radians(angle)))
        for angle in degrees
    ]
    forward, backward = stroke_arc(*points), stroke_arc(points[2], points[1], points[0])
    assert np.array_equal(forward, backward[::-1])
    assert tuple(forward[0]) == points[0]
    assert tuple(forward[-1]) == points[2]
    distance = np.hypot(*(forward - origin).T)
    assert np.abs(distance - radius).max() < 1e-6
    middles = (forward[1:] + forward[:-1]) / 2
    assert radius - np.hypot(*(middles - origin).T).min() <= 0.01
    # It is the arc through the middle point, not the other one.
    assert shapely.LineString(forward).distance(shapely.Point(points[1])) <= 0.01


def test_three_points_on_a_line_are_a_straight_edge() -> None:
    assert stroke_arc((0.0, 0.0), (5.0, 0.00001), (10.0, 0.0)).tolist() == [[0, 0], [10, 0]]
    with pytest.raises(ArcError):
        stroke_arc((0.0, 0.0), (15.0, 0.0), (10.0, 0.0))


def test_a_circle_does_not_depend_on_where_the_source_begins() -> None:
    one = stroke_circle_through(START, MIDDLE, END)
    two = stroke_circle_through(MIDDLE, END, START)
    assert np.allclose(one, two, atol=1e-9)
    assert math.pi * 100 - shapely.Polygon(one).area < 2 * math.pi * 10 * 0.01


def test_neighbours_share_an_arc_even_when_their_middle_points_differ_by_a_millimetre() -> None:
    reader = GmlGeometryReader()

    def polygon(exterior: str) -> shapely.Geometry:
        document = f'<x xmlns:gml="http://www.opengis.net/gml/3.2">{surface(exterior)}</x>'
        return reader.read(etree.fromstring(document)[0])

    inside = polygon(ring(arc(START, MIDDLE, END), line(END, (0, 0), START)))
    other_middle = (MIDDLE[0] + 0.001, MIDDLE[1])
    outside = polygon(ring(arc(END, other_middle, START), line(START, (20, 40), END)))
    shared = shapely.intersection(inside.exterior, outside.exterior)
    assert shared.length == pytest.approx(10 * math.radians(120), abs=0.05)
    assert inside.intersection(outside).area == 0
