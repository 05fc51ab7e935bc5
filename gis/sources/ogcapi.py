"""OGC API Features (Parts 1 and 2): all pages of a window, or an error; never a part of it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import pyproj

from gis.attributes import layer_schema
from gis.crs import CrsError
from gis.layers import Bounds, LayerWindow, checked_bounds
from gis.readers.geojson_stream import feature_batch
from gis.sources.answers import Answer, empty_window, window_of
from gis.sources.axes import CRS84, NamedCrs, best_crs, named_crs
from gis.sources.deadline import Deadline
from gis.sources.description import SourceDescription, source_mapping
from gis.sources.http import HttpAnswer, HttpClient
from gis.sources.settings import HttpAccess, SourceSettings

_GEOJSON = "application/geo+json, application/json;q=0.9"
_JSON = "application/json"
_SCHEMA = "application/schema+json, application/json;q=0.9"
Feature = dict[str, Any]


class OgcApiBackend:
    """Reads windows and single features of one collection; keeps nothing between readings."""

    def __init__(self, settings: SourceSettings, crs: pyproj.CRS) -> None:
        assert isinstance(settings.access, HttpAccess)
        self._settings = settings
        self._access = settings.access
        self._crs = crs
        self._collection = f"{settings.access.url}/collections/{quote(settings.access.collection, safe='')}"

    def window(self, bounds: Bounds) -> LayerWindow:
        """Features that meet `bounds` (wanted system); raises LayerUnavailableError."""
        asked = checked_bounds(bounds)
        client = self._client()
        named = self._named_crs(client)
        features = self._all(client, named, {"bbox": named.bounds(asked, self._crs), **_crs_parameter(named)})
        return self._window(client, named, features, asked)

    def find(self, feature_id: str) -> LayerWindow:
        """Features with this id; raises LayerUnavailableError."""
        client = self._client()
        named = self._named_crs(client)
        sample = self._page(client, named, {"limit": 1})["features"]
        if not sample:
            return empty_window(self._settings, self._crs)
        mapping = source_mapping(self._settings, self._columns(client, sample))
        column = mapping.get(layer_schema(self._settings.layer).id_attribute)
        if column is None:
            raise self._settings.unavailable("liefert keine Kennungen.")
        features: list[Feature] = []
        # Some sources leave the trailing underscores of a parcel number out.
        for candidate in dict.fromkeys([feature_id, feature_id.rstrip("_")]):
            if column == "id" and "id" not in (sample[0].get("properties") or {}):
                features += self._one(client, named, candidate)
            else:
                features += self._all(client, named, {column: candidate, **_crs_parameter(named, window=False)})
        return self._window(client, named, features, None).with_id(feature_id)

    def describe(self) -> SourceDescription:
        """System and columns, from the description and one feature; raises LayerUnavailableError."""
        client = self._client()
        named = self._named_crs(client)
        sample = self._page(client, named, {"limit": 1})["features"]
        return SourceDescription(named.name, tuple(self._columns(client, sample)))

    def _named_crs(self, client: HttpClient) -> NamedCrs:
        """The system in which windows are asked for: the wanted one where the collection offers it."""
        described = self._json(client.get(self._collection, _JSON))
        offered = described.get("crs") or [CRS84]
        if "#/crs" in offered:
            everything = self._json(client.get(f"{self._access.url}/collections", _JSON))
            offered = [*offered, *(everything.get("crs") or [])]
        if not isinstance(offered, list) or not all(isinstance(name, str) for name in offered):
            raise self._settings.unavailable("beschreibt ihre Koordinatenreferenzsysteme fehlerhaft.")
        return best_crs((name.strip("[]") for name in offered), self._crs) or named_crs(CRS84)

    def _client(self) -> HttpClient:
        return HttpClient(self._settings, Deadline(self._settings.limits.seconds))

    def _window(
        self, client: HttpClient, named: NamedCrs, features: Sequence[Feature], bounds: Bounds | None
    ) -> LayerWindow:
        if not features:
            return empty_window(self._settings, self._crs)
        mapping = source_mapping(self._settings, self._columns(client, features))
        batch = feature_batch(list(features), list(dict.fromkeys(mapping.values())), 1)
        placed = type(batch)(named.east_first(batch.geometry), batch.attributes, 1, batch.faults)
        return window_of(self._settings, self._crs, Answer(placed, named.crs), mapping, bounds)

    def _columns(self, client: HttpClient, features: Sequence[Feature]) -> list[str]:
        """Names of properties. Some services leave out what is empty: then their list of properties decides."""
        columns: dict[str, None] = {}
        for feature in features:
            properties = feature.get("properties")
            columns.update(dict.fromkeys(properties if isinstance(properties, dict) else ()))
        if any("id" in feature for feature in features):
            columns.setdefault("id", None)
        if not {source for _, source in self._settings.attribute_map} <= columns.keys():
            answer = client.get(f"{self._collection}/queryables", _SCHEMA, optional=True)
            known = self._json(answer).get("properties") if answer is not None else None
            columns.update(dict.fromkeys(known if isinstance(known, dict) else ()))
        return list(columns)

    def _one(self, client: HttpClient, named: NamedCrs, feature_id: str) -> list[Feature]:
        query = urlencode({"crs": named.name} if named.name != CRS84 else {})
        url = f"{self._collection}/items/{quote(feature_id, safe='')}" + (f"?{query}" if query else "")
        answer = client.get(url, _GEOJSON, optional=True)
        return [] if answer is None else [self._json(answer)]

    def _all(self, client: HttpClient, named: NamedCrs, parameters: dict[str, str]) -> list[Feature]:
        """Every feature of every page; raises LayerUnavailableError unless it is certain that these are all."""
        features: list[Feature] = []
        ids: set[str] = set()
        for page in self._pages(client, named, {"limit": self._access.page_size, **parameters}):
            for feature in page["features"]:
                identity = json.dumps(feature["id"]) if isinstance(feature, dict) and "id" in feature else None
                if identity is not None and identity in ids:
                    raise self._settings.unavailable(
                        "liefert dasselbe Objekt auf mehreren Seiten; die Antwort ist nicht verlässlich."
                    )
                ids.update([identity] if identity is not None else [])
                features.append(feature if isinstance(feature, dict) else {"type": None})
            if len(features) > self._settings.limits.features:
                most = self._settings.limits.features
                raise self._settings.unavailable(f"enthält in diesem Bereich zu viele Objekte (mehr als {most}).")
        matched, last = page.get("numberMatched"), len(page["features"])
        if isinstance(matched, int) and len(features) < matched:
            raise self._settings.unavailable(f"liefert nur {len(features)} von {matched} Objekten.")
        if not isinstance(matched, int) and last >= self._access.page_size:
            raise self._settings.unavailable(
                "sagt nicht, ob es weitere Objekte gibt; ob die Antwort vollständig ist, bleibt offen."
            )
        return features

    def _pages(self, client: HttpClient, named: NamedCrs, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        url: str | None = f"{self._collection}/items?{urlencode(parameters)}"
        seen: set[str] = set()
        while url is not None:
            if url in seen:
                raise self._settings.unavailable("verweist im Kreis auf ihre eigenen Seiten.")
            seen.add(url)
            answer = client.get(url, _GEOJSON)
            page = self._checked_page(answer, named)
            url = self._next(answer.url, page, client)
            if url is not None and not page["features"]:
                raise self._settings.unavailable("liefert leere Seiten und verweist immer weiter.")
            yield page

    def _page(self, client: HttpClient, named: NamedCrs, parameters: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._collection}/items?{urlencode(parameters | _crs_parameter(named, window=False))}"
        return self._checked_page(client.get(url, _GEOJSON), named)

    def _checked_page(self, answer: HttpAnswer, named: NamedCrs) -> dict[str, Any]:
        page = self._json(answer)
        features = page.get("features")
        if page.get("type") != "FeatureCollection" or not isinstance(features, list):
            raise self._settings.unavailable("antwortet mit etwas anderem als einer Sammlung von Objekten.")
        returned = page.get("numberReturned")
        if isinstance(returned, int) and returned != len(features):
            raise self._settings.unavailable(f"kündigt {returned} Objekte an, liefert aber {len(features)}.")
        if answer.content_crs:
            stated = self._stated(answer.content_crs)
            if (stated.crs, stated.north_first) != (named.crs, named.north_first):
                raise self._settings.unavailable("antwortet in einem anderen Koordinatenreferenzsystem als verlangt.")
        return page

    def _stated(self, name: str) -> NamedCrs:
        try:
            return named_crs(name)
        except CrsError as error:
            raise self._settings.unavailable(f"nennt ein unbrauchbares Koordinatenreferenzsystem. {error}") from None

    def _next(self, base: str, page: dict[str, Any], client: HttpClient) -> str | None:
        links = page.get("links")
        for link in links if isinstance(links, list) else ():
            if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
                return client.next_url(base, link["href"])
        return None

    def _json(self, answer: HttpAnswer) -> dict[str, Any]:
        try:
            value = json.loads(answer.content.decode("utf-8-sig"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise self._settings.unavailable("antwortet nicht mit gültigem JSON.") from None
        if not isinstance(value, dict):
            raise self._settings.unavailable("antwortet nicht mit einem JSON-Objekt.")
        return value


def _crs_parameter(named: NamedCrs, *, window: bool = True) -> dict[str, str]:
    if named.name == CRS84:
        return {}
    return {"crs": named.name, **({"bbox-crs": named.name} if window else {})}


def _refuse_constant(name: str) -> float:
    raise ValueError(name)
