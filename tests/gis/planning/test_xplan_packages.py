"""Files and archives that are no plan, are broken, or mean harm end as a German refusal."""

import gzip
import stat
import zipfile
from pathlib import Path

import pytest

from gis.readers.source import SourceError
from gis.readers.xplan import PlanLimits, read_binding_plan
from tests.gis.planning.xplan_files import SRS, box, document, numbers, part, plan, thing, write, zone

GOOD = document(plan(), part(), zone("Z", box(0, 0, 100, 100)))


def _archive(folder: Path, members: dict[str, str | bytes]) -> Path:
    path = folder / "plan.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _refusal(path: Path, limits: PlanLimits | None = None) -> str:
    with pytest.raises(SourceError) as refused:
        read_binding_plan(path, limits=limits or PlanLimits())
    return str(refused.value)


def test_an_archive_with_one_plan_and_its_scans_is_read(tmp_path: Path) -> None:
    path = _archive(
        tmp_path, {"xplan.gml": GOOD, "scan.png": b"\x89PNG", "scan.pgw": "1", "text/begruendung.pdf": b"%PDF"}
    )
    reading = read_binding_plan(path)
    assert reading.plan.counts() == {"BP_BaugebietsTeilFlaeche": 1}
    assert reading.problems == ()


def test_the_plan_may_lie_in_a_folder_and_its_suffix_in_capitals(tmp_path: Path) -> None:
    assert read_binding_plan(_archive(tmp_path, {"Plan 1/XPLAN.GML": GOOD})).problems == ()


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"scan.png": b"\x89PNG"}, "keine GML-Datei"),
        ({"a.gml": GOOD, "b.gml": GOOD}, r"mehrere GML-Dateien (a.gml, b.gml)"),
        ({"../xplan.gml": GOOD}, "aus dem Archiv hinaus"),
        ({"xplan.gml": GOOD, "/etc/scan.png": b"x"}, "aus dem Archiv hinaus"),
        ({"xplan.gml": GOOD, "C:\\scan.png": b"x"}, "aus dem Archiv hinaus"),
        ({"xplan.gml": GOOD, "a\\..\\..\\scan.png": b"x"}, "aus dem Archiv hinaus"),
        ({"xplan.gml": b""}, "leer"),
        ({"xplan.gml": b" " * 50_000_000}, "unverhältnismäßig groß"),
        ({f"{number}.png": b"" for number in range(1_001)}, "mehr als 1.000 Dateien"),
        ({"xplan.gml": b"PK\x03\x04 wieder ein Archiv"}, "fehlerhaft"),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, members: dict[str, str | bytes], words: str) -> None:
    assert words in _refusal(_archive(tmp_path, members))


def test_links_in_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.zip"
    link = zipfile.ZipInfo("xplan.gml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "Verknüpfung" in _refusal(path)


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    path = _archive(tmp_path, {"xplan.gml": GOOD * 20})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "beschädigt" in _refusal(path)
    flipped = bytearray(whole)
    flipped[200] ^= 0xFF
    path.write_bytes(bytes(flipped))
    assert "beschädigt" in _refusal(path)


def test_the_unpacked_size_is_bounded_too(tmp_path: Path) -> None:
    path = _archive(tmp_path, {"xplan.gml": GOOD})
    assert "unverhältnismäßig groß" in _refusal(path, PlanLimits(file_bytes=1_000))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leer"),
        (b"kein XML", "fehlerhaft"),
        (b"<a/>", "kein XPlanGML"),
        (b'<FeatureCollection xmlns="http://www.opengis.net/gml"/>', "kein XPlanGML"),
        (GOOD[: len(GOOD) // 2].encode(), "fehlerhaft"),
        (GOOD.replace("</xplan:BP_Plan>", "", 1).encode(), "fehlerhaft"),
        (GOOD.encode("utf-16"), None),
        (GOOD.replace("utf-8", "utf-16", 1).encode(), "fehlerhaft"),
        (GOOD.replace("Plan P", "\ud800", 1).encode("utf-8", "surrogatepass"), "fehlerhaft"),
        (b"\x1f\x8b" + gzip.compress(GOOD.encode())[2:], "gzip"),
        (document().encode(), "keinen Bebauungsplan"),
    ],
)
def test_files_that_are_no_readable_plan(tmp_path: Path, content: bytes, words: str | None) -> None:
    path = tmp_path / "plan.gml"
    path.write_bytes(content)
    if words is None:
        path.write_bytes(GOOD.replace("utf-8", "utf-16", 1).encode("utf-16"))
        assert read_binding_plan(path).problems == ()
    else:
        assert words in _refusal(path)


def test_document_types_and_their_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.gml"
    declared = '?>\n<!DOCTYPE a [<!ENTITY n SYSTEM "file:///etc/passwd">]>'
    path.write_text(GOOD.replace("?>", declared, 1).replace("Plan P", "&n;"), encoding="utf-8")
    assert "DTD" in _refusal(path)


def test_nesting_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    deep = "<xplan:a>" * 100_000 + "</xplan:a>" * 100_000
    path = write(tmp_path, plan(), part(), zone("Z", box(0, 0, 100, 100), deep))
    assert "fehlerhaft" in _refusal(path)


def test_deep_geometries_and_values_within_the_parsers_bounds_do_no_harm(tmp_path: Path) -> None:
    deep = "<gml:MultiSurface>" * 200 + "</gml:MultiSurface>" * 200
    body = "<xplan:a>" * 200 + "x" + "</xplan:a>" * 200
    item = f'<xplan:BP_Flaeche gml:id="F"><xplan:position>{deep}</xplan:position>{body}</xplan:BP_Flaeche>'
    reading = read_binding_plan(write(tmp_path, plan(), part(), item))
    assert [problem.kind for problem in reading.errors] == ["empty_geometry"]


def test_too_large_files_and_too_many_objects_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, plan(), part(), *(zone(f"Z{n}", box(n, 0, n + 1, 1)) for n in range(2_000)))
    assert "größer als 0 MB" in _refusal(path, PlanLimits(file_bytes=100_000))
    assert "mehr als 1000 Objekte" in _refusal(path, PlanLimits(objects=1_000))


def test_arcs_that_would_become_masses_of_points_are_refused(tmp_path: Path) -> None:
    # Flat arcs of a radius of 3 km: about a thousand points each, out of a hundred characters.
    def arcs(count: int) -> str:
        places = [(n * 2_000.0, 0.0 if n % 2 == 0 else 200.0) for n in range(2 * count + 1)]
        text = numbers(places, x=1_000.0, y=5_000_000.0)
        return (
            f'<gml:Curve srsName="{SRS}"><gml:segments><gml:ArcString><gml:posList>{text}</gml:posList>'
            "</gml:ArcString></gml:segments></gml:Curve>"
        )

    lines = [thing("BP_BauGrenze", f"L{n}", arcs(100)) for n in range(10)]
    path = write(tmp_path, plan(), part(), *lines)
    assert "mehr als 100000 Punkte" in _refusal(path, PlanLimits(points=100_000))
    endless = write(tmp_path, plan(), part(), thing("BP_BauGrenze", "L", arcs(2_000)))
    assert "too_many_points" in {problem.kind for problem in read_binding_plan(endless).errors}


def test_missing_files_are_refused(tmp_path: Path) -> None:
    assert "nicht vorhanden" in _refusal(tmp_path / "nichts.gml")


@pytest.mark.realdata
def test_every_hostile_xml_file_is_refused(shared_data: Path) -> None:
    files = [path for path in sorted((shared_data / "hostile" / "xml").iterdir()) if path.suffix in {".xml", ".xsl"}]
    files += sorted((shared_data / "hostile" / "geo" / "gdal_gml").glob("*.gml"))
    assert len(files) >= 14
    refusals = {path.name: _refusal(path) for path in files}
    assert {name for name, words in refusals.items() if "DTD" in words} >= {
        "xmlbomb.xml",
        "xmlbomb2.xml",
        "quadratic.xml",
        "cyclic.xml",
        "external.xml",
        "ebau_test_malicious_xxe.xml",
        "billionlaugh.gml",
    }
    assert all(words.endswith(".") for words in refusals.values())
