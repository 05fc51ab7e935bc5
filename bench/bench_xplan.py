"""XPlanGML: reading a large plan against a bare lxml.iterparse over the same file, its memory, and finding problems.

Each measurement runs in a process of its own, so that its peak memory is its own. Speeds are those of one processor
core: seconds are its own, not those that it waited while others used the machine.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from gis.planning.problems import find_problems
from gis.readers.xplan import PlanLimits, iter_plan_objects, read_binding_plan

# One cell of the generated plan is a zone, its building window (with an arc), a building limit, and three drawn texts.
CELL_BYTES = 6_930
SMALL_MB, LARGE_MB = 20, 200
READ_MB = 50
ROUNDS = 3
_STEP = 40.0
_LIMITS = PlanLimits(file_bytes=1_000_000_000, objects=5_000_000)


def figures() -> Iterator[dict[str, object]]:
    """Yield every figure; the aims are those of the issue."""
    with tempfile.TemporaryDirectory(prefix="bauakte-bench-") as name:
        folder = Path(name)
        paths = {size: str(write_plan(folder / f"{size}.gml", size)) for size in (SMALL_MB, READ_MB, LARGE_MB)}
        runs = [{task: _child(task, paths[READ_MB]) for task in ("bare", "stream", "whole")} for _ in range(ROUNDS)]
        # In turns, and the best of each: what else runs on the machine meets all alike.
        best = {task: min((run[task] for run in runs), key=lambda run: run["seconds"]) for task in runs[0]}
        flat = {size: _child("stream", paths[size]) for size in (SMALL_MB, LARGE_MB)}
        held = {size: _child("whole", paths[size]) for size in (SMALL_MB, LARGE_MB)}
        bare = {size: _child("bare", paths[size]) for size in (SMALL_MB, LARGE_MB)}
    for task, label in (("bare", "bare_iterparse"), ("stream", "xplan_stream"), ("whole", "xplan_read")):
        run = best[task]
        yield {
            "figure": f"{label}_{READ_MB}_mb",
            "value": run["megabytes"] / run["seconds"],
            "unit": "MB/s",
            "objects": run["objects"],
            "peak_memory_mib": run["peak_mib"],
        }
    for task, label in (("stream", "xplan_stream"), ("whole", "xplan_read")):
        yield {
            "figure": f"{label}_vs_bare",
            "value": best["bare"]["seconds"] / best[task]["seconds"],
            "unit": "ratio",
            "aim": "at least 0.33",
        }
    yield {
        "figure": "xplan_problems_10000_objects",
        "value": best["whole"]["problem_seconds"] / best["whole"]["objects"] * 10_000,
        "unit": "s",
    }
    yield _growth("xplan_stream_memory_10x", flat, aim="about 1: memory does not grow with the file")
    yield _growth("xplan_read_memory_10x", held, aim="none: a plan's objects are held")
    yield _growth("bare_iterparse_memory_10x", bare, aim="none: for comparison")
    grown = held[LARGE_MB]["peak_mib"] - held[SMALL_MB]["peak_mib"]
    more = held[LARGE_MB]["objects"] - held[SMALL_MB]["objects"]
    yield {"figure": "xplan_read_memory_per_object", "value": grown * 2**20 / more, "unit": "bytes"}


def _growth(figure: str, runs: dict[int, dict[str, float]], *, aim: str) -> dict[str, object]:
    small, large = runs[SMALL_MB]["peak_mib"], runs[LARGE_MB]["peak_mib"]
    return {
        "figure": figure,
        "value": large / small,
        "unit": "ratio",
        "aim": aim,
        f"peak_{SMALL_MB}_mb_mib": small,
        f"peak_{LARGE_MB}_mb_mib": large,
    }


def _child(task: str, path: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", "bench.bench_xplan", task, path], check=True, stdout=subprocess.PIPE)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def write_plan(path: Path, megabytes: int) -> Path:
    """Write a plan of about that size: a closed grid of zones with all that hangs on them."""
    side = max(2, round((megabytes * 1e6 / CELL_BYTES) ** 0.5))
    with path.open("w", encoding="utf-8") as file:
        west, south, size = 400_000.0, 5_700_000.0, side * _STEP
        corners = (
            f"{west} {south} {west + size} {south} {west + size} {south + size} {west} {south + size} {west} {south}"
        )
        file.write(_HEAD.format(corners=corners))
        for row in range(side):
            for column in range(side):
                file.write(_cell(row * side + column, west + column * _STEP, south + row * _STEP))
        file.write("</xplan:XPlanAuszug>\n")
    return path


def _cell(number: int, x: float, y: float) -> str:
    far, half, inner = _STEP, _STEP / 2, 5.0
    outline = [(x, y), (x + half, y), (x + far, y), (x + far, y + half), (x + far, y + far), (x + half, y + far)]
    ring = _numbers([*outline, (x, y + far), (x, y + half), (x, y)])
    south, east = y + inner, x + far - inner
    return _CELL.format(
        number=f"{number:08d}-0000-4000-8000-000000000000",
        lower=_numbers([(x, y)]),
        upper=_numbers([(x + far, y + far)]),
        ring=ring,
        first=_numbers([(x + inner, south), (east, south), (east, y + far - inner)]),
        arc=_numbers([(east, y + far - inner), (x + half, y + far - 2), (x + inner, y + far - inner)]),
        last=_numbers([(x + inner, y + far - inner), (x + inner, south)]),
        middle=_numbers([(x + half, y + half)]),
    )


def _numbers(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.3f} {y:.3f}" for x, y in points)


_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<xplan:XPlanAuszug xmlns:xplan="http://www.xplanung.de/xplangml/6/0" xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:xlink="http://www.w3.org/1999/xlink" gml:id="GML_auszug">
  <gml:featureMember>
    <xplan:BP_Plan gml:id="GML_plan">
      <xplan:name>Messplan</xplan:name>
      <xplan:raeumlicherGeltungsbereich>
        <gml:Polygon gml:id="GML_scope" srsName="EPSG:25832"><gml:exterior><gml:LinearRing>
          <gml:posList>{corners}</gml:posList>
        </gml:LinearRing></gml:exterior></gml:Polygon>
      </xplan:raeumlicherGeltungsbereich>
      <xplan:gemeinde><xplan:XP_Gemeinde><xplan:ags>03241001</xplan:ags></xplan:XP_Gemeinde></xplan:gemeinde>
      <xplan:planArt>10001</xplan:planArt>
      <xplan:rechtsstand>4000</xplan:rechtsstand>
      <xplan:bereich xlink:href="#GML_bereich"/>
    </xplan:BP_Plan>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_Bereich gml:id="GML_bereich">
      <xplan:nummer>0</xplan:nummer>
      <xplan:gehoertZuPlan xlink:href="#GML_plan"/>
    </xplan:BP_Bereich>
  </gml:featureMember>
"""
_ENVELOPE = """      <gml:boundedBy>
        <gml:Envelope srsName="EPSG:25832">
          <gml:lowerCorner>{lower}</gml:lowerCorner>
          <gml:upperCorner>{upper}</gml:upperCorner>
        </gml:Envelope>
      </gml:boundedBy>
"""
_DRAWING = """  <gml:featureMember>
    <xplan:XP_PPO gml:id="GML_p%(index)s-{number}">
      <gml:boundedBy>
        <gml:Envelope srsName="EPSG:25832">
          <gml:lowerCorner>{middle}</gml:lowerCorner>
          <gml:upperCorner>{middle}</gml:upperCorner>
        </gml:Envelope>
      </gml:boundedBy>
      <xplan:stylesheetId>Plan_05.06.01</xplan:stylesheetId>
      <xplan:art>%(what)s</xplan:art>
      <xplan:dientZurDarstellungVon xlink:href="#GML_z-{number}"/>
      <xplan:gehoertZuBereich xlink:href="#GML_bereich"/>
      <xplan:position>
        <gml:Point gml:id="GML_pg%(index)s-{number}" srsName="EPSG:25832"><gml:pos>{middle}</gml:pos></gml:Point>
      </xplan:position>
      <xplan:drehwinkel uom="grad">0</xplan:drehwinkel>
    </xplan:XP_PPO>
  </gml:featureMember>
"""
_CELL = (
    """  <gml:featureMember>
    <xplan:BP_BaugebietsTeilFlaeche gml:id="GML_z-{number}">
"""
    + _ENVELOPE
    + """      <xplan:ebene>0</xplan:ebene>
      <xplan:gehoertZuBereich xlink:href="#GML_bereich"/>
      <xplan:wirdDargestelltDurch xlink:href="#GML_p1-{number}"/>
      <xplan:wirdDargestelltDurch xlink:href="#GML_p2-{number}"/>
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:position>
        <gml:Polygon gml:id="GML_zg-{number}" srsName="EPSG:25832"><gml:exterior><gml:LinearRing>
          <gml:posList>{ring}</gml:posList>
        </gml:LinearRing></gml:exterior></gml:Polygon>
      </xplan:position>
      <xplan:flaechenschluss>true</xplan:flaechenschluss>
      <xplan:GRZ>0.4</xplan:GRZ>
      <xplan:Z>2</xplan:Z>
      <xplan:besondereArtDerBaulNutzung>1200</xplan:besondereArtDerBaulNutzung>
    </xplan:BP_BaugebietsTeilFlaeche>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_UeberbaubareGrundstuecksFlaeche gml:id="GML_u-{number}">
"""
    + _ENVELOPE
    + """      <xplan:gehoertZuBereich xlink:href="#GML_bereich"/>
      <xplan:wirdDargestelltDurch xlink:href="#GML_p3-{number}"/>
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:position>
        <gml:Polygon gml:id="GML_ug-{number}" srsName="EPSG:25832"><gml:exterior><gml:Ring>
          <gml:curveMember><gml:LineString gml:id="GML_u1-{number}" srsName="EPSG:25832">
            <gml:posList srsName="EPSG:25832">{first}</gml:posList></gml:LineString></gml:curveMember>
          <gml:curveMember><gml:Curve gml:id="GML_u2-{number}" srsName="EPSG:25832"><gml:segments>
            <gml:Arc><gml:posList srsName="EPSG:25832">{arc}</gml:posList></gml:Arc>
          </gml:segments></gml:Curve></gml:curveMember>
          <gml:curveMember><gml:LineString gml:id="GML_u3-{number}" srsName="EPSG:25832">
            <gml:posList srsName="EPSG:25832">{last}</gml:posList></gml:LineString></gml:curveMember>
        </gml:Ring></gml:exterior></gml:Polygon>
      </xplan:position>
      <xplan:flaechenschluss>false</xplan:flaechenschluss>
      <xplan:hoehenangabe><xplan:XP_Hoehenangabe><xplan:hoehenbezug>1000</xplan:hoehenbezug>
        <xplan:bezugspunkt>6000</xplan:bezugspunkt><xplan:hMax uom="m">62.5</xplan:hMax>
      </xplan:XP_Hoehenangabe></xplan:hoehenangabe>
    </xplan:BP_UeberbaubareGrundstuecksFlaeche>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_BauGrenze gml:id="GML_g-{number}">
"""
    + _ENVELOPE
    + """      <xplan:gehoertZuBereich xlink:href="#GML_bereich"/>
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:position>
        <gml:LineString gml:id="GML_gg-{number}" srsName="EPSG:25832">
          <gml:posList>{first}</gml:posList></gml:LineString>
      </xplan:position>
    </xplan:BP_BauGrenze>
  </gml:featureMember>
"""
    + _DRAWING % {"index": 1, "what": "besondereArtDerBaulNutzung"}
    + _DRAWING % {"index": 2, "what": "GRZ"}
    + _DRAWING % {"index": 3, "what": "hoehenangabe[1]"}
)


def bare(path: str) -> int:
    """Parse the file, and nothing else."""
    count = 0
    for _ in etree.iterparse(path):
        count += 1
    return count


def stream(path: str) -> int:
    """Every object of the plan, one after the other."""
    return sum(1 for _ in iter_plan_objects(Path(path), limits=_LIMITS))


def main(task: str, path: str) -> None:
    """Run one measurement and print it."""
    extra: dict[str, float] = {}
    start = time.process_time()
    if task == "whole":
        reading = read_binding_plan(Path(path), limits=_LIMITS)
        total = time.process_time() - start
        again = time.process_time()
        found = find_problems(reading.plan)
        extra["problem_seconds"] = time.process_time() - again
        extra["problems"] = len(found)
        seconds, objects = total - extra["problem_seconds"], len(reading.plan.objects)
    else:
        tasks: dict[str, Callable[[str], int]] = {"bare": bare, "stream": stream}
        objects = tasks[task](path)
        seconds = time.process_time() - start
    result = {
        "seconds": seconds,
        "objects": objects,
        "megabytes": Path(path).stat().st_size / 1e6,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **extra,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
