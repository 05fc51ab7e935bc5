"""XPlanGML files for the tests of `import_plan`, written from a few rectangles."""

from collections.abc import Sequence
from pathlib import Path

Box = tuple[float, float, float, float]
#: South-west corner of everything here (EPSG:25832), in Lower Saxony.
X, Y = 550_000, 5_800_000

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<xplan:XPlanAuszug xmlns:xplan="http://www.xplanung.de/xplangml/6/0" xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:xlink="http://www.w3.org/1999/xlink" gml:id="GML_0">
"""


def polygon(name: str, box: Box) -> str:
    """A gml:Polygon of a rectangle in metres from the corner."""
    west, south, east, north = (box[0] + X, box[1] + Y, box[2] + X, box[3] + Y)
    ring = f"{west} {south} {east} {south} {east} {north} {west} {north} {west} {south}"
    return (
        f'<gml:Polygon gml:id="{name}" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>{ring}'
        "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
    )


def write_plan(
    path: Path,
    name: str,
    scope: Box,
    *,
    zones: Sequence[tuple[str, Box, str]] = (),
    windows: Sequence[tuple[str, Box]] = (),
    status: str = "4000",
    since: str | None = "2001-02-03",
    number: str = "12",
) -> Path:
    """Write a plan: `zones` are (id, box, further elements); `since` the day on which it came into force."""
    plan = f"GML_plan_{name.replace(' ', '_')}"
    members = [
        f'<xplan:BP_Plan gml:id="{plan}"><xplan:name>{name}</xplan:name><xplan:nummer>{number}</xplan:nummer>'
        f"<xplan:raeumlicherGeltungsbereich>{polygon('g0', scope)}</xplan:raeumlicherGeltungsbereich>"
        "<xplan:gemeinde><xplan:XP_Gemeinde><xplan:ags>03999001</xplan:ags>"
        "<xplan:gemeindeName>Musterstadt</xplan:gemeindeName></xplan:XP_Gemeinde></xplan:gemeinde>"
        f"<xplan:planArt>10001</xplan:planArt><xplan:rechtsstand>{status}</xplan:rechtsstand>"
        + (f"<xplan:inkrafttretensDatum>{since}</xplan:inkrafttretensDatum>" if since else "")
        + "<xplan:versionBauNVO><xplan:XP_GesetzlicheGrundlage><xplan:datum>1990-01-23</xplan:datum>"
        '</xplan:XP_GesetzlicheGrundlage></xplan:versionBauNVO><xplan:bereich xlink:href="#GML_b"/></xplan:BP_Plan>',
        '<xplan:BP_Bereich gml:id="GML_b"><xplan:nummer>0</xplan:nummer>'
        + "".join(f'<xplan:planinhalt xlink:href="#{entry[0]}"/>' for entry in (*zones, *windows))
        + f'<xplan:gehoertZuPlan xlink:href="#{plan}"/></xplan:BP_Bereich>',
    ]
    for zone, box, more in zones:
        members.append(
            f'<xplan:BP_BaugebietsTeilFlaeche gml:id="{zone}"><xplan:gehoertZuBereich xlink:href="#GML_b"/>'
            f"<xplan:rechtscharakter>1000</xplan:rechtscharakter><xplan:position>{polygon(zone + '_g', box)}"
            f"</xplan:position><xplan:flaechenschluss>true</xplan:flaechenschluss>{more}"
            "<xplan:besondereArtDerBaulNutzung>1200</xplan:besondereArtDerBaulNutzung>"
            "</xplan:BP_BaugebietsTeilFlaeche>"
        )
    for window, box in windows:
        members.append(
            f'<xplan:BP_UeberbaubareGrundstuecksFlaeche gml:id="{window}">'
            '<xplan:gehoertZuBereich xlink:href="#GML_b"/><xplan:rechtscharakter>1000</xplan:rechtscharakter>'
            f"<xplan:position>{polygon(window + '_g', box)}</xplan:position>"
            "<xplan:flaechenschluss>false</xplan:flaechenschluss><xplan:Z>3</xplan:Z>"
            "</xplan:BP_UeberbaubareGrundstuecksFlaeche>"
        )
    body = "".join(f"<gml:featureMember>{member}</gml:featureMember>\n" for member in members)
    path.write_text(f"{_HEAD}{body}</xplan:XPlanAuszug>\n", encoding="utf-8")
    return path


def simple_plan(path: Path, name: str, scope: Box, *, grz: float = 0.4, **values: object) -> Path:
    """A plan with one zone over its whole scope and one window 10 m inside."""
    key = name.replace(" ", "_")
    west, south, east, north = scope
    return write_plan(
        path,
        name,
        scope,
        zones=[(f"z_{key}", scope, f"<xplan:GRZ>{grz}</xplan:GRZ>")],
        windows=[(f"w_{key}", (west + 10, south + 10, east - 10, north - 10))],
        **values,  # type: ignore[arg-type]
    )
