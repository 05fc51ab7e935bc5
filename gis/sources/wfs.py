"""WFS 2.0.0 and 1.1.0: all pages of a window as GML, or an error; never a part of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pyproj
from lxml import etree

from gis.attributes import layer_schema
from gis.layers import Bounds, LayerWindow, checked_bounds
from gis.sources.answers import Answer, empty_window, window_of
from gis.sources.axes import NamedCrs, best_crs
from gis.sources.deadline import Deadline
from gis.sources.description import SourceDescription, source_mapping
from gis.sources.http import HttpClient
from gis.sources.settings import HttpAccess, SourceSettings
from gis.sources.wfs_answers import (
    ID_COLUMN,
    FeatureType,
    feature_id,
    feature_type,
    offered_crs,
    parse,
    read_count,
    read_features,
    read_page,
)

_XML = "application/gml+xml, text/xml;q=0.9, application/xml;q=0.9"


@dataclass(frozen=True)
class _Description:
    crs: NamedCrs
    type: FeatureType


class WfsBackend:
    """Reads windows and single features of one feature type; keeps nothing between readings."""

    def __init__(self, settings: SourceSettings, crs: pyproj.CRS) -> None:
        assert isinstance(settings.access, HttpAccess)
        self._settings = settings
        self._access = settings.access
        self._crs = crs
        self._second = settings.access.version.startswith("2")

    def window(self, bounds: Bounds) -> LayerWindow:
        """Features that meet `bounds` (wanted system); raises LayerUnavailableError."""
        asked = checked_bounds(bounds)
        client = HttpClient(self._settings, Deadline(self._settings.limits.seconds))
        described = self._describe(client)
        box = f"{described.crs.bounds(asked, self._crs)},{described.crs.name}"
        return self._window(client, described, {"bbox": box}, asked)

    def find(self, wanted: str) -> LayerWindow:
        """Features with this id; raises LayerUnavailableError."""
        client = HttpClient(self._settings, Deadline(self._settings.limits.seconds))
        described = self._describe(client)
        mapping = source_mapping(self._settings, described.type.columns)
        column = mapping.get(layer_schema(self._settings.layer).id_attribute)
        if column is None:
            raise self._settings.unavailable("liefert keine Kennungen.")
        if column == ID_COLUMN:
            condition = {"resourceId" if self._second else "featureId": wanted}
        else:
            # Some sources leave the trailing underscores of a parcel number out.
            condition = {"filter": self._filter(column, list(dict.fromkeys([wanted, wanted.rstrip("_")])))}
        return self._window(client, described, condition, None).with_id(wanted)

    def describe(self) -> SourceDescription:
        """System and columns, from capabilities and schema; raises LayerUnavailableError."""
        described = self._describe(HttpClient(self._settings, Deadline(self._settings.limits.seconds)))
        return SourceDescription(described.crs.name, described.type.columns)

    def _window(
        self, client: HttpClient, described: _Description, condition: Mapping[str, str], bounds: Bounds | None
    ) -> LayerWindow:
        mapping = source_mapping(self._settings, described.type.columns)
        pages = self._pages(client, described, condition) if self._second else self._once(client, described, condition)
        features = self._distinct(pages)
        if not features:
            return empty_window(self._settings, self._crs)
        batch, written = read_features(
            self._settings,
            features,
            columns=list(dict.fromkeys(mapping.values())),
            geometry=self._geometry(described.type),
            asked=described.crs,
        )
        return window_of(self._settings, self._crs, Answer(batch, written.crs), mapping, bounds)

    def _describe(self, client: HttpClient) -> _Description:
        name = self._access.collection
        capabilities = self._ask(client, {"request": "GetCapabilities"})
        crs = best_crs(offered_crs(self._settings, capabilities, name), self._crs)
        if crs is None:
            raise self._settings.unavailable("nennt kein bekanntes Koordinatenreferenzsystem.")
        schema = self._ask(client, {"request": "DescribeFeatureType", self._names: name})
        return _Description(crs, feature_type(self._settings, schema, name))

    def _geometry(self, described: FeatureType) -> str | None:
        wanted = self._access.geometry
        if wanted is None and len(described.geometries) > 1:
            raise self._settings.unavailable(
                "hat mehrere Geometrien; bitte nennen Sie die richtige mit „geometry“. "
                f"Vorhanden sind: {', '.join(described.geometries)}."
            )
        return wanted or next(iter(described.geometries), None)

    def _pages(
        self, client: HttpClient, described: _Description, condition: Mapping[str, str]
    ) -> Iterator[tuple[etree._Element, ...]]:
        """Pages of a WFS 2.0 by `startIndex`, until all that it counts are here; else until a page is empty."""
        total, size = 0, self._access.page_size
        while True:
            paging = {"count": str(size), "startIndex": str(total)}
            page = read_page(self._settings, self._features(client, described, {**condition, **paging}))
            total += len(page.features)
            yield page.features
            if page.matched is not None and total >= page.matched and not page.has_next:
                return
            if not page.features:
                if page.matched or page.has_next:
                    raise self._settings.unavailable(f"liefert nur {total} von {page.matched or 'weiteren'} Objekten.")
                return

    def _once(
        self, client: HttpClient, described: _Description, condition: Mapping[str, str]
    ) -> Iterator[tuple[etree._Element, ...]]:
        """The one answer of a WFS 1.1, which knows no pages: compared with the number that the service counts."""
        expected = read_count(self._features(client, described, {**condition, "resultType": "hits"}))
        if expected is None:
            raise self._settings.unavailable("nennt die Zahl der Objekte nicht; ob alle da sind, bleibt offen.")
        if expected == 0:
            return
        if expected > self._settings.limits.features:
            raise self._too_many()
        most = {"maxFeatures": str(self._settings.limits.features)}
        page = read_page(self._settings, self._features(client, described, {**condition, **most}))
        if len(page.features) < expected:
            raise self._settings.unavailable(f"liefert nur {len(page.features)} von {expected} Objekten.")
        yield page.features

    def _distinct(self, pages: Iterator[tuple[etree._Element, ...]]) -> list[etree._Element]:
        features: list[etree._Element] = []
        ids: set[str] = set()
        for page in pages:
            for feature in page:
                identity = feature_id(feature)
                if identity is not None and identity in ids:
                    raise self._settings.unavailable(
                        "liefert dasselbe Objekt auf mehreren Seiten; die Antwort ist nicht verlässlich."
                    )
                ids.update([identity] if identity is not None else [])
            features.extend(page)
            if len(features) > self._settings.limits.features:
                raise self._too_many()
        return features

    def _features(self, client: HttpClient, described: _Description, more: Mapping[str, str]) -> etree._Element:
        name = {self._names: self._access.collection, "srsName": described.crs.name}
        return self._ask(client, {"request": "GetFeature", **name, **more})

    @property
    def _names(self) -> str:
        return "typeNames" if self._second else "typeName"

    def _ask(self, client: HttpClient, parameters: Mapping[str, str]) -> etree._Element:
        query = urlencode({"service": "WFS", "version": self._access.version, **parameters})
        separator = "&" if "?" in self._access.url else "?"
        return parse(self._settings, client.get(f"{self._access.url}{separator}{query}", _XML).content)

    def _filter(self, column: str, values: list[str]) -> str:
        """A filter for one of several values: Filter Encoding 2.0 or 1.1."""
        space, name = (
            ("http://www.opengis.net/fes/2.0", "ValueReference")
            if self._second
            else (
                "http://www.opengis.net/ogc",
                "PropertyName",
            )
        )
        equal = [
            f"<PropertyIsEqualTo><{name}>{escape(column)}</{name}><Literal>{escape(value)}</Literal></PropertyIsEqualTo>"
            for value in values
        ]
        inner = equal[0] if len(equal) == 1 else f"<Or>{''.join(equal)}</Or>"
        return f'<Filter xmlns="{space}">{inner}</Filter>'

    def _too_many(self) -> Exception:
        most = self._settings.limits.features
        return self._settings.unavailable(f"enthält in diesem Bereich zu viele Objekte (mehr als {most}).")
