"""Small XPlanGML files, written by hand for the tests of the reader. Coordinates are metres from the corner X, Y."""

from collections.abc import Iterable
from pathlib import Path

X, Y = 550_000.0, 5_800_000.0
SRS = "EPSG:25832"
Points = Iterable[tuple[float, float]]


def numbers(points: Points, *, x: float = X, y: float = Y) -> str:
    """Coordinates as a posList."""
    return " ".join(f"{x + east!r} {y + north!r}" for east, north in points)


def ring(points: Points) -> str:
    """A LinearRing in its own tags."""
    return f"<gml:LinearRing><gml:posList>{numbers(points)}</gml:posList></gml:LinearRing>"


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    """Closed outline of a rectangle."""
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def polygon(points: Points, *holes: Points, srs: str | None = SRS) -> str:
    """A gml:Polygon."""
    inner = "".join(f"<gml:interior>{ring(hole)}</gml:interior>" for hole in holes)
    return f"<gml:Polygon{_srs(srs)}><gml:exterior>{ring(points)}</gml:exterior>{inner}</gml:Polygon>"


def line(points: Points, srs: str | None = SRS) -> str:
    """A gml:LineString."""
    return f"<gml:LineString{_srs(srs)}><gml:posList>{numbers(points)}</gml:posList></gml:LineString>"


def point(east: float, north: float) -> str:
    """A gml:Point."""
    return f"<gml:Point{_srs(SRS)}><gml:pos>{numbers([(east, north)])}</gml:pos></gml:Point>"


def thing(kind: str, name: str, geometry: str | None = None, body: str = "", part: str | None = "B") -> str:
    """A feature with a position, belonging to a part."""
    position = f"<xplan:position>{geometry}</xplan:position>" if geometry else ""
    belongs = f'<xplan:gehoertZuBereich xlink:href="#{part}"/>' if part else ""
    return f'<xplan:{kind} gml:id="{name}">{belongs}{position}{body}</xplan:{kind}>'


def zone(name: str, points: Points, body: str = "", *, part: str | None = "B") -> str:
    """A closing zone."""
    return thing(
        "BP_BaugebietsTeilFlaeche",
        name,
        polygon(points),
        f"<xplan:flaechenschluss>true</xplan:flaechenschluss>{body}",
        part,
    )


def part(name: str = "B", body: str = "", geometry: str | None = None, plan: str = "P") -> str:
    """A Bereich."""
    scope = f"<xplan:geltungsbereich>{geometry}</xplan:geltungsbereich>" if geometry else ""
    return (
        f'<xplan:BP_Bereich gml:id="{name}"><xplan:nummer>0</xplan:nummer>{scope}{body}'
        f'<xplan:gehoertZuPlan xlink:href="#{plan}"/></xplan:BP_Bereich>'
    )


PLAN_BODY = (
    "<xplan:gemeinde><xplan:XP_Gemeinde><xplan:ags>03241001</xplan:ags>"
    "<xplan:gemeindeName>Hannover</xplan:gemeindeName></xplan:XP_Gemeinde></xplan:gemeinde>"
    "<xplan:planArt>10001</xplan:planArt><xplan:rechtsstand>4000</xplan:rechtsstand>"
    "<xplan:inkrafttretensDatum>2019-05-02</xplan:inkrafttretensDatum>"
    "<xplan:versionBauNVO><xplan:XP_GesetzlicheGrundlage><xplan:name>BauNVO 1990</xplan:name>"
    "<xplan:datum>1990-01-23</xplan:datum></xplan:XP_GesetzlicheGrundlage></xplan:versionBauNVO>"
)


def plan(scope: str | None = None, body: str = PLAN_BODY, *, name: str = "P", parts: Iterable[str] = ("B",)) -> str:
    """A BP_Plan; its scope is a square of 100 m unless given."""
    links = "".join(f'<xplan:bereich xlink:href="#{target}"/>' for target in parts)
    outline = polygon(box(0, 0, 100, 100)) if scope is None else scope
    return (
        f'<xplan:BP_Plan gml:id="{name}"><xplan:name>Plan {name}</xplan:name><xplan:nummer>1 A</xplan:nummer>'
        f"<xplan:raeumlicherGeltungsbereich>{outline}</xplan:raeumlicherGeltungsbereich>{body}{links}</xplan:BP_Plan>"
    )


def document(*features: str, version: str = "6/0") -> str:
    """An XPlanAuszug of these features."""
    members = "\n".join(f"<gml:featureMember>{feature}</gml:featureMember>" for feature in features)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<xplan:XPlanAuszug '
        f'xmlns:xplan="http://www.xplanung.de/xplangml/{version}" xmlns:gml="http://www.opengis.net/gml/3.2" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" gml:id="A">\n{members}\n</xplan:XPlanAuszug>\n'
    )


def write(folder: Path, *features: str, version: str = "6/0", name: str = "plan.gml") -> Path:
    """Write these features as a file."""
    path = folder / name
    path.write_text(document(*features, version=version), encoding="utf-8")
    return path


def _srs(name: str | None) -> str:
    return f' srsName="{name}"' if name else ""
