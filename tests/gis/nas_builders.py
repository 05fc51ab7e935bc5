"""Small hand-made ALKIS extracts."""

import itertools
from pathlib import Path

EAST, NORTH = 550_000, 5_800_000
NAMESPACES = {
    6: "http://www.adv-online.de/namespaces/adv/gid/6.0",
    7: "http://www.adv-online.de/namespaces/adv/gid/7.1",
}
MEMBERS = {6: "gml:featureMember", 7: "wfs:member"}


def edge(*points: tuple[float, float]) -> str:
    """A straight edge or a chain of them, written as one segment."""
    return f"<gml:LineStringSegment><gml:posList>{_positions(points)}</gml:posList></gml:LineStringSegment>"


def arc(*points: tuple[float, float]) -> str:
    """An arc through three points."""
    return f"<gml:Arc><gml:posList>{_positions(points)}</gml:posList></gml:Arc>"


def ring(*segments: str) -> str:
    """A ring of curves of one segment each, as a cadastre writes it."""
    return (
        "<gml:Ring>"
        + "".join(
            f"<gml:curveMember><gml:Curve><gml:segments>{segment}</gml:segments></gml:Curve></gml:curveMember>"
            for segment in segments
        )
        + "</gml:Ring>"
    )


def square(x: float = 0, y: float = 0, side: float = 10, srs: str = "urn:adv:crs:ETRS89_UTM32") -> str:
    """Position: a square with its lower left corner at (x, y), four edges."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    edges = [edge(first, second) for first, second in itertools.pairwise(corners)]
    return surface(ring(*edges), srs)


def surface(exterior: str, srs: str = "urn:adv:crs:ETRS89_UTM32", interior: str = "") -> str:
    """Position: a surface of one patch."""
    inner = f"<gml:interior>{interior}</gml:interior>" if interior else ""
    return (
        f'<position><gml:Surface srsName="{srs}"><gml:patches><gml:PolygonPatch><gml:exterior>{exterior}'
        f"</gml:exterior>{inner}</gml:PolygonPatch></gml:patches></gml:Surface></position>"
    )


def point(x: float, y: float) -> str:
    """Position: a point."""
    return (
        f'<position><gml:Point srsName="urn:adv:crs:ETRS89_UTM32"><gml:pos>{EAST + x} {NORTH + y}</gml:pos>'
        "</gml:Point></position>"
    )


def thing(kind: str, own_id: str, *content: str, model: str = "DLKM", ended: bool = False) -> str:
    """An object of any type."""
    end = "<endet>2021-01-01T00:00:00Z</endet>" if ended else ""
    return (
        f'<{kind} gml:id="{own_id}"><gml:identifier codeSpace="x">urn:adv:oid:{own_id}</gml:identifier>'
        f"<lebenszeitintervall><AA_Lebenszeitintervall><beginnt>2020-01-01T00:00:00Z</beginnt>{end}"
        f"</AA_Lebenszeitintervall></lebenszeitintervall><modellart><AA_Modellart>"
        f"<advStandardModell>{model}</advStandardModell></AA_Modellart></modellart>{''.join(content)}</{kind}>"
    )


def parcel(number: int, *content: str, position: str | None = None) -> str:
    """A parcel in Hannover, flur 4."""
    return thing(
        "AX_Flurstueck",
        f"DENIF{number:011}",
        position or square(number * 10),
        f"<flurstueckskennzeichen>031001004{number:05}______</flurstueckskennzeichen>",
        "<amtlicheFlaeche>100</amtlicheFlaeche>",
        *content,
    )


def link(name: str, target: str) -> str:
    """A reference to another object."""
    return f'<{name} xlink:href="urn:adv:oid:{target}"/>'


def extract(
    folder: Path, *things: str, version: int = 6, name: str = "auszug.xml", encoding: str = "utf-8", heading: str = ""
) -> Path:
    """An AX_Bestandsdatenauszug."""
    member = MEMBERS[version]
    body = "".join(f"<{member}>{content}</{member}>\n" for content in things)
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><AX_Bestandsdatenauszug xmlns="{NAMESPACES[version]}" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{heading}<enthaelt>'
        f"<wfs:FeatureCollection>{body}</wfs:FeatureCollection></enthaelt></AX_Bestandsdatenauszug>"
    )
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _positions(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{EAST + x} {NORTH + y}" for x, y in points)
