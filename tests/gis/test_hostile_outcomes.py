"""Every real hostile file ends as the correct reading or the German refusal that `hostile_outcomes.txt` decides."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

PROJECT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("hostile_outcomes.txt")
#: For all files together. Child processes for DXF and GDAL have smaller limits of their own.
MEMORY_BYTES = 3 << 30
CPU_SECONDS = 300

GERMAN = re.compile(
    r"\b(ist|sind|hat|haben|fehlt|fehlen|darf|enthält|kreuzt|braucht|passen|nennt|muss|müssen|liegen)\b"
)
GEOMETRIC = {"not_closed", "self_crossing", "invalid_geometry", "unreadable_geometry", "too_few_points", "outside_crs"}

Row = tuple[str, str]


def expected() -> dict[Row, str]:
    """Outcome by file and way, from the list."""
    rows: dict[Row, str] = {}
    for line in LIST.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            file, way, outcome = line.split(" | ")
            assert (file, way) not in rows, line
            rows[file, way] = outcome
    return rows


def files(hostile: Path) -> list[str]:
    return sorted(
        str(file.relative_to(hostile))
        for kind in ("geo", "dxf", "xml")
        for file in (hostile / kind).rglob("*")
        if file.is_file()
    )


def ways(file: str) -> set[str]:
    """The ways of reading that fit a file."""
    if file.startswith("dxf/"):
        return {"plan", "drawing"}
    return {"plan", "layer", "binding"} if file.startswith("xml/") or file.endswith(".gml") else {"plan", "layer"}


@cache
def outcomes(hostile: Path, store: Path) -> dict[Row, tuple[str, list[str]]]:
    """Read every file once, in one limited process; outcome and German sentences by file and way."""
    jobs = []
    for file, way in expected():
        name, _, srid = way.partition(":")
        if (hostile / file).is_file():
            jobs.append([file, name, int(srid) if srid else None])
    done = subprocess.run(
        [sys.executable, "-m", "tests.gis.hostile_run", str(hostile), str(store), str(MEMORY_BYTES), str(CPU_SECONDS)],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[Row, tuple[str, list[str]]] = {}
    for job, (file, way, outcome, sentences) in zip(jobs, json.loads(done.stdout), strict=True):
        found[file, way if job[2] is None else f"{way}:{job[2]}"] = outcome, sentences
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layers")


def test_every_hostile_file_has_a_row_for_every_way_and_every_row_a_file(shared_data: Path) -> None:
    found = {(file, way) for file in files(shared_data / "hostile") for way in ways(file)}
    assert found == {(file, way.partition(":")[0]) for file, way in expected()}


def test_every_hostile_file_ends_as_decided(shared_data: Path, store: Path) -> None:
    wrong = []
    for row, (outcome, sentences) in outcomes(shared_data / "hostile", store).items():
        wanted = expected()[row]
        got = f"{outcome}: {sentences[0]}" if outcome == "refused file" else outcome
        if not (got == wanted or (outcome == "refused file" and got.startswith(wanted))):
            wrong.append(f"{' | '.join(row)} | {got}   (wanted: {wanted})")
    assert not wrong, "\n".join(wrong)


def test_every_refusal_is_a_german_sentence_and_names_its_place(shared_data: Path, store: Path) -> None:
    for row, (outcome, sentences) in outcomes(shared_data / "hostile", store).items():
        if outcome.startswith("refused"):
            assert sentences, row
            for sentence in sentences:
                assert GERMAN.search(sentence), (row, sentence)
                assert "Traceback" not in sentence, row
            if row[1] in {"plan", "drawing"} and outcome.removeprefix("refused ") in GEOMETRIC:
                assert re.search(r"Objekt \d|Layer „|x = ", sentences[0]), (row, sentences)


def test_what_gdal_accepts_in_silence_is_refused_or_told(shared_data: Path, store: Path) -> None:
    """No file named invalid_… or bad reads, but those whose fault does no harm, each decided in the list."""
    harmless = {
        "bad-polygon-interiorring-rhr", "different-first-size", "excessive_precision_truncated",
        "geometrycollection_nested", "geometrycollection_single", "point-toomany", "polygon_winding_order",
        "invalid_exterior_not_ccw", "invalid_interior_not_cw",
    }  # fmt: skip
    read = {
        Path(file).stem
        for (file, way), (outcome, _) in outcomes(shared_data / "hostile", store).items()
        if outcome.startswith("reads") and ("geojsonhint_bad" in file or "/invalid_geometry/invalid_" in file)
    }
    assert read == harmless
