"""What is valid and yet not meant: spikes, repeated points, heights, coordinates where their system is not valid."""

import json
import random
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis.defects import invalidity, repeated_points, spikes
from gis.importing import ImportRequest, ImportSummary, import_features
from gis.readers import read_site_plans
from gis.readers.opening import open_source
from gis.readers.source import SourceError
from gis.siteplan import PlanFile, SitePlanError
from gis.validation import Limits
from gis.validity import in_area_of_use, is_valid, misfit_hint
from gis.zip_archive import ZipLimits
from tests.gis.builders import EAST, NORTH

UTM32 = pyproj.CRS.from_epsg(25832)
SQUARE = [[EAST, NORTH], [EAST + 10, NORTH], [EAST + 10, NORTH + 10], [EAST, NORTH + 10], [EAST, NORTH]]


def spiked(width: float, length: float) -> list[list[float]]:
    """The square with a spike out of the middle of its east side."""
    tip = [[EAST + 10, NORTH + 5], [EAST + 10 + length, NORTH + 5 + width / 2], [EAST + 10, NORTH + 5 + width]]
    return [*SQUARE[:2], *tip, *SQUARE[2:]]


def column(*shapes: BaseGeometry | None) -> np.ndarray:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def written(folder: Path, coordinates: Any, crs: str | None = "EPSG:25832", kind: str = "Polygon") -> Path:
    member = {} if crs is None else {"crs": {"type": "name", "properties": {"name": crs}}}
    geometry = {"type": kind, "coordinates": coordinates}
    feature = {"type": "Feature", "properties": {"role": "garage"}, "geometry": geometry}
    path = folder / "haus.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", **member, "features": [feature]}))
    return path


def as_plan(path: Path, **limits: int) -> PlanFile:
    return read_site_plans(path, limits=Limits(**limits))


def as_layer(path: Path, **options: Any) -> ImportSummary:
    return import_features(ImportRequest("overlays", path, validate_only=True, **options), path.parent / "store")


class TestSpikes:
    @pytest.mark.parametrize(
        ("width", "length", "found"),
        [(0.0008, 5.0, True), (0.0008, 0.06, True), (0.0008, 0.04, False), (0.02, 5.0, False)],
    )
    def test_a_spike_is_narrower_than_a_millimetre_and_longer_than_five_centimetres(
        self, width: float, length: float, found: bool
    ) -> None:
        assert bool(spikes(column(shapely.Polygon(spiked(width, length))))) == found

    def test_a_spike_with_a_blunt_tip_and_one_inwards_are_found_too(self) -> None:
        blunt = [*spiked(0.0008, 5)[:3], [EAST + 15, NORTH + 5.0006], *spiked(0.0008, 5)[3:]]
        inwards = spiked(0.0008, -5)
        found = spikes(column(None, shapely.Polygon(blunt), shapely.Point(0, 0), shapely.Polygon(inwards)))
        assert sorted(found) == [1, 3]
        assert found[3] == pytest.approx((EAST + 5, NORTH + 5.0004))

    def test_a_spike_where_the_ring_begins_and_one_in_a_hole_are_found(self) -> None:
        ring = spiked(0.0008, 5)[:-1]
        assert list(spikes(column(shapely.Polygon(ring[3:] + ring[:3])))) == [0]
        around = shapely.box(EAST - 20, NORTH - 20, EAST + 40, NORTH + 40)
        assert list(spikes(column(shapely.Polygon(around.exterior.coords, [ring])))) == [0]

    def test_degrees_are_measured_in_metres(self) -> None:
        degrees = pyproj.Transformer.from_crs(25832, 4258, always_xy=True)
        for length, found in ((5.0, True), (0.04, False)):
            ring = [degrees.transform(x, y) for x, y in spiked(0.0008, length)]
            assert bool(spikes(column(shapely.Polygon(ring)), degrees=True)) == found

    def test_a_site_plan_with_a_spike_is_refused_with_its_tip(self, tmp_path: Path) -> None:
        error = as_plan(written(tmp_path, [spiked(0.0008, 5)])).refused["haus"]
        assert error.code == "spike"
        assert error.text == (
            "Objekt 1: Der Umriss hat eine Spitze ohne Breite bei x = 550015, y = 5800005.0004. "
            "Bitte entfernen Sie diesen Punkt."
        )

    def test_an_import_mentions_spikes_with_the_first(self, tmp_path: Path) -> None:
        summary = as_layer(written(tmp_path, [spiked(0.0008, 5)]))
        assert summary.ok
        (note,) = summary.notes
        assert note == (
            "Achtung: Umrisse haben Spitzen ohne Breite; Abstände zu ihnen können falsch sein: "
            "1 Objekt, Nr. 1 bei 550015.000 5800005.000."
        )


class TestRepeatedPointsAndHeights:
    def test_repeated_points_of_rings_and_lines_are_found(self) -> None:
        line = shapely.LineString([(0, 0), (1, 1), (1, 1), (2, 0)])
        twice = shapely.Polygon([*SQUARE[:2], SQUARE[1], *SQUARE[2:]])
        found = repeated_points(column(None, line, shapely.Polygon(SQUARE), twice, shapely.Point(1, 1)))
        assert found == {1: (1.0, 1.0), 3: (EAST + 10, NORTH)}

    def test_repeated_points_stay_and_are_mentioned_since_wall_heights_count_edges(self, tmp_path: Path) -> None:
        path = written(tmp_path, [[*SQUARE[:2], SQUARE[1], *SQUARE[2:]]])
        (plan,) = as_plan(path).plans
        assert shapely.get_num_coordinates(plan.features[0].geometry) == 6
        assert plan.warnings == (
            "Objekt 1: Ein Punkt steht zweimal hintereinander bei x = 550010, y = 5800000; das bleibt ohne Wirkung.",
        )
        assert "Punkte stehen doppelt hintereinander" in as_layer(path).notes[0]

    @pytest.mark.parametrize("more", [[12.5], [12.5, 1.0]])
    def test_heights_and_measures_of_points_are_left_out_and_mentioned(self, tmp_path: Path, more: list[float]) -> None:
        path = written(tmp_path, [[[*point, *more] for point in SQUARE]])
        (plan,) = as_plan(path).plans
        assert plan.features[0].geometry.equals_exact(shapely.Polygon(SQUARE))
        assert not plan.features[0].geometry.has_z
        assert plan.warnings == ("Die Höhen der Punkte (dritte Koordinate) werden nicht benutzt.",)
        summary = as_layer(path)
        assert summary.ok
        assert summary.notes == ("Die Höhen der Punkte (dritte Koordinate) wurden weggelassen: 1 Objekt, Nr. 1.",)

    def test_heights_on_some_points_only_do_no_harm_and_five_numbers_are_refused(self, tmp_path: Path) -> None:
        some = written(tmp_path, [[[*SQUARE[0], 3.0], *SQUARE[1:]]])
        assert as_plan(some).plans
        assert as_layer(some).ok
        five = written(tmp_path, [[[*point, 1, 2, 3] for point in SQUARE]])
        assert as_plan(five).refused["haus"].code == "coordinates"
        assert [problem.kind for problem in as_layer(five).problems] == ["structure"]

    def test_heights_in_a_file_read_by_gdal_are_mentioned(self, tmp_path: Path) -> None:
        shape = shapely.force_3d(shapely.Polygon(SQUARE), 7.0)
        path = tmp_path / "a.gpkg"
        geopandas.GeoDataFrame({"kind": ["x"]}, geometry=[shape], crs=25832).to_file(path, engine="pyogrio")
        summary = as_layer(path)
        assert summary.ok
        assert "Höhen der Punkte" in summary.notes[0]


class TestOrientation:
    def test_rings_may_run_either_way_and_keep_their_edges(self, tmp_path: Path) -> None:
        # RFC 7946 wants outer rings counter-clockwise; wall heights belong to edges as written, so nothing is turned.
        (plan,) = as_plan(written(tmp_path, [SQUARE[::-1]])).plans
        assert shapely.get_coordinates(plan.features[0].geometry).tolist() == SQUARE[::-1]
        assert plan.warnings == ()


class TestPlaces:
    def test_degrees_under_a_metric_system_are_refused_with_a_hint(self, tmp_path: Path) -> None:
        degrees = [[9.0, 52.0], [9.1, 52.0], [9.1, 52.1], [9.0, 52.0]]
        assert "Sie sehen aus wie Grad" in str(as_layer(written(tmp_path, [degrees])).error)

    def test_swapped_axes_are_refused_with_a_hint(self, tmp_path: Path) -> None:
        swapped = [[y, x] for x, y in SQUARE]
        assert "vertauscht" in str(as_layer(written(tmp_path, [swapped])).error)

    def test_an_outline_across_the_date_line_is_refused(self, tmp_path: Path) -> None:
        ring = [[177.9, -18.0], [-179.8, -18.0], [-179.8, -16.0], [177.9, -18.0]]
        assert "Datumsgrenze" in str(as_layer(written(tmp_path, [ring], crs=None)).error)

    def test_beyond_the_area_of_use_an_import_goes_on_and_says_so(self, tmp_path: Path) -> None:
        east = [[x + 350_000, y] for x, y in SQUARE]
        summary = as_layer(written(tmp_path, [east]))
        assert summary.ok
        assert "außerhalb des Gebiets" in summary.notes[0]

    def test_the_box_of_a_system_is_valid_far_around_its_area(self) -> None:
        boxes = np.array([[5e5, 58e5, 6e5, 59e5], [9e5, 58e5, 9e5, 58e5], [1e12, 0, 1e12, 0], [np.nan] * 4])
        assert is_valid(UTM32, boxes).tolist() == [True, True, False, False]
        assert in_area_of_use(UTM32, boxes[0])
        assert not in_area_of_use(UTM32, boxes[1])
        assert misfit_hint(UTM32, boxes[2]) == ""


class TestNesting:
    def test_deep_nesting_is_refused_before_it_is_parsed(self, tmp_path: Path) -> None:
        path = tmp_path / "haus.geojson"
        path.write_text('{"type": "FeatureCollection", "x": ' + "[" * 40 + "]" * 40 + ', "features": []}')
        with pytest.raises(SitePlanError, match="zu tief geschachtelt"):
            as_plan(path)

    def test_brackets_in_texts_are_no_nesting(self, tmp_path: Path) -> None:
        path = written(tmp_path, [SQUARE])
        path.write_text(path.read_text().replace('"role"', '"use": "' + "[{" * 50 + '", "role"'))
        (plan,) = as_plan(path).plans
        assert plan.features[0].use == "[{" * 50
        assert as_plan(path, nesting_depth=7).plans
        with pytest.raises(SitePlanError, match="erlaubt sind 6 Ebenen"):
            as_plan(path, nesting_depth=6)


@pytest.mark.parametrize(
    ("reason", "code", "place"),
    [
        ("Self-intersection[5 7.5]", "self_crossing", (5.0, 7.5)),
        ("Holes are nested[1e-05 2]", "nested_holes", (1e-5, 2.0)),
        ("Something new", "invalid", None),
    ],
)
def test_reasons_for_invalid_geometries_are_translated(reason: str, code: str, place: Any) -> None:
    defect = invalidity(reason)
    assert (defect.code, defect.place) == (code, place)


class TestArchives:
    def packed(self, folder: Path, files: dict[str, bytes]) -> Path:
        path = folder / "paket.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    def test_too_many_files_are_refused(self, tmp_path: Path) -> None:
        path = self.packed(tmp_path, {f"{n}.txt": b"" for n in range(4)})
        with pytest.raises(SourceError, match="mehr als 3 Dateien"), open_source(path, limits=ZipLimits(files=3)):
            pass

    def test_what_unpacks_to_too_much_or_out_of_proportion_is_refused(self, tmp_path: Path) -> None:
        noise = random.Random(1).randbytes(1_500_000).hex()  # twice as long as what it packs to
        path = self.packed(
            tmp_path, {"a.geojson": f'{{"type": "FeatureCollection", "x": "{noise}", "features": []}}'.encode()}
        )
        with open_source(path) as opened:
            assert opened.source.format == "GeoJSON"
        for limits in (ZipLimits(unpacked_bytes=2_000_000), ZipLimits(ratio=1)):
            with pytest.raises(SourceError, match="unverhältnismäßig groß"), open_source(path, limits=limits):
                pass

    def test_the_portions_of_an_extract_count_together(self, tmp_path: Path) -> None:
        nas = b'<a xmlns="http://www.adv-online.de/namespaces/adv/gid/7.1">' + b" " * 1_000_000 + b"</a>"
        path = self.packed(tmp_path, {"1.xml": nas, "2.xml": nas, "3.xml": nas})
        limits = ZipLimits(unpacked_bytes=2_500_000, ratio=10_000)
        with pytest.raises(SourceError, match="unverhältnismäßig groß"), open_source(path, limits=limits):
            pass
