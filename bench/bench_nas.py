"""ALKIS NAS: a whole import to a snapshot against a bare `lxml.iterparse` over the same file, and its memory.

The file is synthetic: every member is a parcel of eight edges or a building, so that nothing is passed over. Each
measurement runs in a process of its own. Ratios are of processor time of the reading process, in turns and the best of
each, so that whatever else runs on the machine does not count.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

SMALL, LARGE = 6_000, 60_000
ROUNDS = 3
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<AX_Bestandsdatenauszug xmlns="http://www.adv-online.de/namespaces/adv/gid/7.1" \
xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:wfs="http://www.opengis.net/wfs/2.0" \
xmlns:xlink="http://www.w3.org/1999/xlink"><enthaelt><wfs:FeatureCollection>
"""
_TAIL = "</wfs:FeatureCollection></enthaelt></AX_Bestandsdatenauszug>\n"
_COMMON = """<gml:identifier codeSpace="http://www.adv-online.de/">urn:adv:oid:{id}</gml:identifier>
<lebenszeitintervall><AA_Lebenszeitintervall><beginnt>2015-03-31T07:26:17Z</beginnt></AA_Lebenszeitintervall>\
</lebenszeitintervall><modellart><AA_Modellart><advStandardModell>DLKM</advStandardModell></AA_Modellart></modellart>
<position>{position}</position>
"""
_PARCEL = """<wfs:member><AX_Flurstueck gml:id="{id}">{common}<gemarkung><AX_Gemarkung_Schluessel><land>03</land>\
<gemarkungsnummer>1001</gemarkungsnummer></AX_Gemarkung_Schluessel></gemarkung><flurstuecksnummer>\
<AX_Flurstuecksnummer><zaehler>{number}</zaehler></AX_Flurstuecksnummer></flurstuecksnummer>
<flurstueckskennzeichen>031001{section:03}{number:05}______</flurstueckskennzeichen>
<amtlicheFlaeche uom="urn:adv:uom:m2">625</amtlicheFlaeche><flurnummer>{section}</flurnummer><gemeindezugehoerigkeit>\
<AX_Gemeindekennzeichen><land>03</land><regierungsbezirk>2</regierungsbezirk><kreis>41</kreis>\
<gemeinde>001</gemeinde></AX_Gemeindekennzeichen></gemeindezugehoerigkeit>\
<istGebucht xlink:href="urn:adv:oid:DENI000000000000"/></AX_Flurstueck></wfs:member>
"""
_BUILDING = """<wfs:member><AX_Gebaeude gml:id="{id}">{common}<gebaeudefunktion>1010</gebaeudefunktion>\
<anzahlDerOberirdischenGeschosse>2</anzahlDerOberirdischenGeschosse><dachform>3100</dachform>\
<baujahr>1965</baujahr></AX_Gebaeude></wfs:member>
"""


def figures() -> Iterator[dict[str, object]]:
    """Yield every figure; the aims are those of the issue."""
    with tempfile.TemporaryDirectory(prefix="bauakte-bench-") as name:
        folder = Path(name)
        small, large = folder / "small.xml", folder / "large.xml"
        write_extract(small, SMALL)
        write_extract(large, LARGE)
        rounds = [(_child("bare", large), _child("cadastre", large, folder / str(number))) for number in range(ROUNDS)]
        bare = min((run[0] for run in rounds), key=lambda run: run["cpu_seconds"])
        whole = min((run[1] for run in rounds), key=lambda run: run["cpu_seconds"])
        parcels = _child("parcels", large, folder / "parcels")
        before = _child("cadastre", small, folder / "small")
        megabytes = large.stat().st_size / 1e6
    for label, run in (("bare_iterparse", bare), ("import_all_layers", whole), ("import_parcels", parcels)):
        yield {
            "figure": f"nas_{label}",
            "value": megabytes / run["cpu_seconds"],
            "unit": "MB/s of processor time",
            "wall_mb_per_s": megabytes / run["seconds"],
            "file_mb": megabytes,
            "peak_memory_mib": run["peak_mib"],
        }
    for label, run in (("import_all_layers", whole), ("import_parcels", parcels)):
        yield {
            "figure": f"nas_{label}_vs_bare_iterparse",
            "value": bare["cpu_seconds"] / run["cpu_seconds"],
            "unit": "ratio of MB/s",
            "wall_ratio": bare["seconds"] / run["seconds"],
            "aim": "at least 1/3",
        }
    yield {
        "figure": "nas_import_memory_ten_times_the_file",
        "value": whole["peak_mib"] / before["peak_mib"],
        "unit": "ratio",
        "small_mib": before["peak_mib"],
        "large_mib": whole["peak_mib"],
        "aim": "flat",
    }


def write_extract(path: Path, parcels: int) -> None:
    """Write an extract of `parcels` parcels of eight edges, with a building of four on every second one."""
    with path.open("w") as file:
        file.write(_HEAD)
        for index in range(parcels):
            east, north = 400_000 + index % 1000 * 25, 5_800_000 + index // 1000 * 25
            corners = [(0, 0), (8, 0), (25, 0), (25, 10), (25, 25), (12, 25), (0, 25), (0, 9)]
            own_id = f"DENIP{index:011}"
            common = _COMMON.format(id=own_id, position=_surface(own_id, east, north, corners))
            section, number = divmod(index, 99_999)
            file.write(_PARCEL.format(id=own_id, common=common, section=section, number=number + 1))
            if index % 2:
                own_id = f"DENIG{index:011}"
                house = _surface(own_id, east, north, [(5, 5), (15, 5), (15, 14), (5, 14)])
                file.write(_BUILDING.format(id=own_id, common=_COMMON.format(id=own_id, position=house)))
        file.write(_TAIL)


def _surface(own_id: str, east: float, north: float, corners: list[tuple[int, int]]) -> str:
    edges = "".join(
        f'<gml:curveMember>\n<gml:Curve gml:id="{own_id}_G{number}"><gml:segments><gml:LineStringSegment>\n'
        f"<gml:posList>{east + x1:.3f} {north + y1:.3f} {east + x2:.3f} {north + y2:.3f}</gml:posList>\n"
        "</gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember>\n"
        for number, ((x1, y1), (x2, y2)) in enumerate(zip(corners, corners[1:] + corners[:1], strict=True))
    )
    return (
        f'<gml:Surface gml:id="{own_id}_G" srsName="urn:adv:crs:ETRS89_UTM32"><gml:patches><gml:PolygonPatch>'
        f"<gml:exterior><gml:Ring>{edges}</gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>"
    )


def bare(path: str) -> None:
    """Parse and forget every member: the yardstick."""
    for _, member in etree.iterparse(path, tag="{*}member"):
        member.clear()
        while member.getprevious() is not None:
            del member.getparent()[0]


def cadastre(path: str, store: str) -> None:
    """Import all layers through the product."""
    from gis.importing import CADASTRE_LAYERS, ImportRequest, import_cadastre

    summary = import_cadastre(ImportRequest("parcels", Path(path)), CADASTRE_LAYERS, Path(store))
    assert summary.ok, summary.error


def parcels(path: str, store: str) -> None:
    """Import one layer through the product."""
    from gis.importing import ImportRequest, import_features

    summary = import_features(ImportRequest("parcels", Path(path)), Path(store))
    assert summary.ok, summary.error


def _child(task: str, *arguments: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.bench_nas", task, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _main(task: str, *arguments: str) -> None:
    if task != "bare":
        # Starting Python and loading libraries is not what is measured.
        importlib.import_module("gis.importing")
    works: dict[str, Callable[..., None]] = {"bare": bare, "cadastre": cadastre, "parcels": parcels}
    start, cpu = time.perf_counter(), _cpu()
    works[task](*arguments)
    result = {"seconds": time.perf_counter() - start, "cpu_seconds": _cpu() - cpu}
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps(result | {"peak_mib": (own + children) / 1024}))


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    _main(*sys.argv[1:])
