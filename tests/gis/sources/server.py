"""A real server of WFS 1.1.0, WFS 2.0.0 and OGC API Features for tests, with every way to misbehave.

``python -m tests.gis.sources.server DATA.json`` prints its port. Addresses: ``/MODE/ogc`` and ``/MODE/wfs``; the modes
are named in `PAGE_FAULTS` and `ANSWER_FAULTS`, ``ok`` has none. Data: layer → list of GeoJSON features in EPSG:25832.
"""

import base64
import json
import re
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyproj
import shapely

USER, PASSWORD, TOKEN = "bauakte", "s3hr-geheim-äöü", "t0ken-geheim"
LOCAL = "http://www.opengis.net/def/crs/EPSG/0/25832"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEGREES = "http://www.opengis.net/def/crs/EPSG/0/4258"
GML32, GML31 = "http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml"

Feature = dict[str, Any]
DATA: dict[str, list[Feature]] = {}


def transformed(feature: Feature, crs: str) -> Any:
    """Geometry of a feature in a system and its order of axes."""
    shape = shapely.geometry.shape(feature["geometry"])
    if crs.endswith("25832"):
        return shape
    code, north_first = (4326, False) if crs == CRS84 else (4258, True)
    mover = pyproj.Transformer.from_crs(25832, code, always_xy=True)
    return shapely.transform(
        shape, lambda xy: np.column_stack(mover.transform(xy[:, 0], xy[:, 1])[:: -1 if north_first else 1])
    )


def chosen(layer: str, box: str | None, box_crs: str, wanted: dict[str, list[str]]) -> list[Feature]:
    """Features that meet a box and have one of the wanted values."""
    found = DATA[layer]
    if box:
        west, south, east, north = (float(value) for value in box.split(",")[:4])
        corners = shapely.box(west, south, east, north)
        if not box_crs.endswith("25832"):
            mover = pyproj.Transformer.from_crs(4326, 25832, always_xy=True)
            swap = box_crs != CRS84
            corners = shapely.transform(
                corners,
                lambda xy: np.column_stack(mover.transform(*((xy[:, 1], xy[:, 0]) if swap else (xy[:, 0], xy[:, 1])))),
            )
        found = [
            one for one in found if shapely.box(*shapely.geometry.shape(one["geometry"]).bounds).intersects(corners)
        ]
    for column, values in wanted.items():
        found = [one for one in found if str(one["properties"].get(column)) in values]
    return found


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Find the mode, then the service."""
        parts = urlsplit(self.path)
        _, self.mode, service, *rest = parts.path.split("/")
        self.query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        lower = {name.lower(): value for name, value in self.query.items()}
        if not self._allowed():
            return self._send(b"denied", "text/plain", 401)
        if service == "secret":
            raise AssertionError("a redirect was followed")
        is_page = bool(rest and rest[-1] == "items") or (
            lower.get("request") == "GetFeature" and lower.get("resulttype") != "hits"
        )
        if is_page and self.mode in ANSWER_FAULTS:
            return ANSWER_FAULTS[self.mode](self)
        content, kind = self._ogc(rest) if service == "ogc" else self._wfs(lower)
        if content is None:
            return self._send(b"{}", "application/json", 404)
        if is_page and self.mode == "half":
            return self._send(content[: len(content) // 2], kind, 200, length=len(content))
        if is_page and self.mode == "half_without_length":
            return self._send(content[: len(content) // 2], kind, 200, length=-1)
        return self._send(content, kind, 200)

    def _allowed(self) -> bool:
        given = self.headers.get("Authorization")
        if self.mode == "basic":
            return given == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return self.mode != "bearer" or given == f"Bearer {TOKEN}"

    def _send(self, content: bytes, kind: str, status: int, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length != -1:
            self.send_header("Content-Length", str(len(content) if length is None else length))
        if self.mode in {"other_crs", "no_crs"}:
            self.send_header("Content-Crs", f"<{CRS84 if self.mode == 'other_crs' else 'urn:x:nonsense'}>")
        if status in {301, 302}:
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/ok/secret")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(content)

    # -- OGC API Features ----------------------------------------------------------------------------------------------

    def _ogc(self, path: list[str]) -> tuple[bytes | None, str]:
        base = f"http://{self.headers['Host']}/{self.mode}/ogc"
        offered = {"crs84": [CRS84], "degrees": [CRS84, DEGREES], "global_crs": ["#/crs"]}
        if path == ["collections"]:
            return json.dumps({"crs": [CRS84, LOCAL], "collections": []}).encode(), "application/json"
        layer = path[1]
        if layer not in DATA:
            return None, ""
        if len(path) == 2:
            described = {"id": layer, "crs": offered.get(self.mode, [CRS84, LOCAL]), "itemType": "feature"}
            return json.dumps(described).encode(), "application/json"
        if path[2] == "queryables":
            names = {name: {} for one in DATA[layer] for name in one["properties"]}
            return json.dumps({"properties": names}).encode(), "application/schema+json"
        crs = self.query.get("crs", CRS84)
        if len(path) == 4:
            found = [one for one in DATA[layer] if str(one["id"]) == path[3]]
            return (json.dumps(self._feature(found[0], crs)).encode() if found else None), "application/geo+json"
        known = {"limit", "offset", "bbox", "bbox-crs", "crs", "again"}
        wanted = {name: [value] for name, value in self.query.items() if name not in known}
        found = chosen(layer, self.query.get("bbox"), self.query.get("bbox-crs", CRS84), wanted)
        limit, offset = min(int(self.query["limit"]), 10), int(self.query.get("offset", 0))
        page = found[offset : offset + limit]
        body: dict[str, Any] = {
            "type": "FeatureCollection",
            "numberMatched": len(found),
            "numberReturned": len(page),
            "links": [{"rel": "self", "href": self.path}],
            "features": [self._feature(one, crs) for one in page],
        }
        if offset + limit < len(found):
            more = urlencode({**self.query, "offset": offset + limit})
            body["links"].append({"rel": "next", "href": f"{base}/collections/{layer}/items?{more}"})
        PAGE_FAULTS.get(self.mode, lambda *_: None)(self, body, page)
        return json.dumps(body).encode(), "application/geo+json"

    def _feature(self, one: Feature, crs: str) -> Feature:
        shape = json.loads(shapely.to_geojson(transformed(one, crs)))
        sparse = self.mode == "sparse"
        properties = {name: value for name, value in one["properties"].items() if value is not None or not sparse}
        return {"type": "Feature", "id": one["id"], "properties": properties, "geometry": shape}

    # -- WFS -----------------------------------------------------------------------------------------------------------

    def _wfs(self, query: dict[str, str]) -> tuple[bytes, str]:
        second = query["version"].startswith("2")
        offered = {"degrees": ["urn:ogc:def:crs:EPSG::4258"], "short_names": ["EPSG:25832"]}
        names = offered.get(self.mode, ["urn:ogc:def:crs:EPSG::4258", "urn:ogc:def:crs:EPSG::25832"])
        if query["request"] == "GetCapabilities":
            kind = "CRS" if second else "SRS"
            systems = "".join(
                f"<{'Other' if number else 'Default'}{kind}>{name}</{'Other' if number else 'Default'}{kind}>"
                for number, name in enumerate(names)
            )
            types = "".join(f"<FeatureType><Name>t:{layer}</Name>{systems}</FeatureType>" for layer in DATA)
            listed = f"<FeatureTypeList>{types}</FeatureTypeList>"
            return f"<WFS_Capabilities>{listed}</WFS_Capabilities>".encode(), "text/xml"
        layer = query["typenames" if second else "typename"].rpartition(":")[2]
        if query["request"] == "DescribeFeatureType":
            return self._schema(layer), "text/xml"
        literals = re.findall(r"<Literal>([^<]*)</Literal>", query.get("filter", ""))
        columns = re.findall(r"<(?:ValueReference|PropertyName)>([^<]*)</", query.get("filter", ""))
        wanted = dict.fromkeys(columns, literals)
        identity = query.get("resourceid", query.get("featureid"))
        box = query.get("bbox", "")
        found = chosen(layer, box, box.split(",")[-1] if box else "", wanted)
        found = [one for one in found if identity in {None, one["id"]}]
        start = int(query.get("startindex", 0)) if second and self.mode != "no_paging" else 0
        count = min(int(query.get("count", query.get("maxfeatures", 10**6))), 10 if second else 10**6)
        page = found[start : start + count]
        if self.mode == "server_limit":
            page = page[:5]
        space = "http://www.opengis.net/wfs/2.0" if second else "http://www.opengis.net/wfs"
        matched = {"unknown": "unknown", "short": str(len(found) + 3)}.get(self.mode, str(len(found)))
        if query.get("resulttype") == "hits":
            returned = f'numberMatched="{matched}" numberReturned="0"' if second else f'numberOfFeatures="{matched}"'
            return f'<wfs:FeatureCollection xmlns:wfs="{space}" {returned}/>'.encode(), "text/xml"
        returned = f'numberMatched="{matched}" numberReturned="{len(page)}"' if second else ""
        members = "".join(self._member(layer, one, query["srsname"], second) for one in page)
        if self.mode == "bad_geometry":
            members = members.replace("<gml:posList>", "<gml:posList srsDimension='two'>", 1)
            members = members.replace("</gml:posList>", " x</gml:posList>", 2)
        if self.mode == "truncated":
            members += "<wfs:truncatedResponse><ExceptionReport/></wfs:truncatedResponse>"
        gml = GML32 if second else GML31
        head = f'<wfs:FeatureCollection xmlns:wfs="{space}" xmlns:gml="{gml}" xmlns:t="urn:t" {returned}>'
        return f'<?xml version="1.0"?>{head}{members}</wfs:FeatureCollection>'.encode(), "application/gml+xml"

    def _schema(self, layer: str) -> bytes:
        columns = dict.fromkeys(name for one in DATA[layer] for name in one["properties"])
        elements = "".join(f"<xsd:element name={quoteattr(name)} type='xsd:string'/>" for name in columns)
        return (
            "<xsd:schema xmlns:xsd='http://www.w3.org/2001/XMLSchema' xmlns:gml='http://www.opengis.net/gml/3.2'>"
            f"<xsd:complexType name='{layer}Type'><xsd:sequence>{elements}"
            "<xsd:element name='geom' type='gml:GeometryPropertyType'/></xsd:sequence></xsd:complexType>"
            f"<xsd:element name='{layer}' type='t:{layer}Type'/></xsd:schema>"
        ).encode()

    def _member(self, layer: str, one: Feature, srs: str, second: bool) -> str:
        member = "wfs:member" if second else "gml:featureMember"
        values = "".join(
            f"<t:{name}>{escape(str(value))}</t:{name}>"
            for name, value in one["properties"].items()
            if value is not None
        )
        north_first = srs.endswith("4258")
        shape = gml_of(transformed(one, DEGREES if north_first else LOCAL), srs)
        return (
            f"<{member}><t:{layer} gml:id={quoteattr(str(one['id']))}>"
            f"<gml:boundedBy><gml:Null>unknown</gml:Null></gml:boundedBy>{values}<t:geom>{shape}</t:geom>"
            f"</t:{layer}></{member}>"
        )

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def gml_of(shape: Any, srs: str | None) -> str:
    """A geometry as GML 3."""
    name = f" srsName={quoteattr(srs)}" if srs else ""
    if shape.geom_type == "Polygon":
        rings = [("exterior", shape.exterior), *(("interior", ring) for ring in shape.interiors)]
        body = "".join(f"<gml:{kind}><gml:LinearRing>{pos(ring)}</gml:LinearRing></gml:{kind}>" for kind, ring in rings)
        return f"<gml:Polygon{name}>{body}</gml:Polygon>"
    if shape.geom_type == "LineString":
        return f"<gml:LineString{name}>{pos(shape)}</gml:LineString>"
    if shape.geom_type == "Point":
        return f"<gml:Point{name}>{pos(shape).replace('posList', 'pos')}</gml:Point>"
    kind = {"MultiPolygon": "Surface", "MultiLineString": "Curve", "MultiPoint": "Point"}[shape.geom_type]
    members = "".join(
        f"<gml:{kind.lower()}Member>{gml_of(part, None)}</gml:{kind.lower()}Member>" for part in shape.geoms
    )
    return f"<gml:Multi{kind}{name}>{members}</gml:Multi{kind}>"


def pos(line: Any) -> str:
    """Coordinates of a line, with all their digits."""
    return f"<gml:posList>{' '.join(repr(value) for point in line.coords for value in point[:2])}</gml:posList>"


def _drip(handler: Handler, head: bytes) -> None:
    handler.close_connection = True
    for byte in head + b"x" * 10_000:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.02)


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n"
_REPORT = (
    b"<ows:ExceptionReport xmlns:ows='http://www.opengis.net/ows/1.1'><ows:Exception exceptionCode='NoApplicableCode'>"
    b"<ows:ExceptionText>boom</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)
_BOMB = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"

#: Faults of a whole answer, for pages of features of both services.
ANSWER_FAULTS: dict[str, Callable[[Handler], None]] = {
    "html": lambda handler: handler._send(b"<!doctype html><html><body>Login</body></html>", "text/html", 200),
    "garbage": lambda handler: handler._send(bytes(range(256)) * 10, "application/json", 200),
    "empty": lambda handler: handler._send(b"", "application/json", 200),
    "exception": lambda handler: handler._send(_REPORT, "application/xml", 200),
    "doctype": lambda handler: handler._send(_BOMB, "application/xml", 200),
    "error_500": lambda handler: handler._send(b"Traceback", "text/plain", 500),
    "error_401": lambda handler: handler._send(b"no", "text/plain", 401),
    "error_404": lambda handler: handler._send(b"no", "text/plain", 404),
    "redirect": lambda handler: handler._send(b"", "text/plain", 302),
    "hang": lambda handler: time.sleep(30),
    "drip_headers": lambda handler: _drip(handler, b"HTTP/1.1 200 OK\r\nX-Long: "),
    "drip_body": lambda handler: _drip(handler, _OK),
    "huge": lambda handler: handler._send(b" " * (3 << 20), "application/json", 200),
    "hang_up": lambda handler: setattr(handler, "close_connection", True),
}


def _next(href: str) -> Callable[[Handler, Any, Any], None]:
    def change(handler: Handler, body: Any, page: Any) -> None:
        address = href.replace("HERE", f"http://{handler.headers['Host']}").replace("SELF", handler.path)
        body["links"] = [{"rel": "next", "href": f"{address}&again={time.monotonic_ns()}" if "&" in href else address}]

    return change


def _wrong(name: str, more: int) -> Callable[[Handler, Any, Any], None]:
    return lambda handler, body, page: body.update({name: body[name] + more})


def _without_end(handler: Handler, body: Any, page: Any) -> None:
    del body["numberMatched"]
    body["links"] = [link for link in body["links"] if link["rel"] != "next"]


def _empty_pages(handler: Handler, body: Any, page: Any) -> None:
    body.update({"features": [], "numberReturned": 0})
    _next("HERESELF&")(handler, body, page)


#: Faults of pages of OGC API Features.
PAGE_FAULTS: dict[str, Callable[[Handler, Any, Any], None]] = {
    "short": _wrong("numberMatched", 3),
    "miscounted": _wrong("numberReturned", 1),
    "loop": _next("HERESELF"),
    "endless": _next("HERESELF&"),
    "empty_pages": _empty_pages,
    "bad_link": _next("http://[::1"),
    "foreign": _next("http://127.0.0.2:1/ok/secret"),
    "without_end": _without_end,
    "no_collection": lambda handler, body, page: body.update({"type": "Feature"}),
}


def main() -> None:
    """Serve until the process is ended."""
    DATA.update(json.loads(Path(sys.argv[1]).read_text()))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
