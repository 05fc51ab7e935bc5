"""One pass over an ALKIS extract: every wanted object goes to the spool of its layer. Memory does not grow.

Persons, bookings and whatever else is not named in the data files is never looked at, let alone kept.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from lxml import etree
from numpy.typing import NDArray

from gis.crs import same_crs
from gis.readers.alkis_columns import Node, Values, build_tree, collect, evaluate
from gis.readers.alkis_law import ZONE_TYPE, LawType, law_types
from gis.readers.feature_stream import features, gml_id
from gis.readers.gml import GmlError, placed_fault
from gis.readers.gml_crs import GmlCrs
from gis.readers.nas_joins import BUILDING, PARCEL, POSITION_SOURCES, PRESENTATION, NasJoins
from gis.readers.nas_schema import NasLayer, nas_layers
from gis.readers.source import Fault, SourceError
from gis.readers.spool import LayerSpool, spooled_batches

_ENDS = "lebenszeitintervall/AA_Lebenszeitintervall/endet"
_MODEL = "modellart/AA_Modellart/advStandardModell"
_OTHER_MODELS = ("Basis-DLM", "DLM", "DTK", "LoD", "GeoBasis")
_STREET_KEY = tuple(
    f"lagebezeichnung/AX_Lagebezeichnung/verschluesselt/AX_VerschluesselteLagebezeichnung/{part}"
    for part in ("land", "regierungsbezirk", "kreis", "gemeinde", "lage")
)
_STREET_TEXT = "lagebezeichnung/AX_Lagebezeichnung/unverschluesselt"
_CATALOGUE_KEY = tuple(
    f"schluessel/AX_VerschluesselteLagebezeichnung/{part}"
    for part in ("land", "regierungsbezirk", "kreis", "gemeinde", "lage")
)
_PLACE_KEY = tuple(
    f"gemeindekennzeichen/AX_Gemeindekennzeichen/{part}" for part in ("land", "regierungsbezirk", "kreis", "gemeinde")
)
# Object types that only give pieces of addresses: texts and references to gather.
_PIECES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AX_LagebezeichnungMitHausnummer": ((*_STREET_KEY, _STREET_TEXT, "hausnummer"), ()),
    "AX_LagebezeichnungKatalogeintrag": ((*_CATALOGUE_KEY, "bezeichnung"), ()),
    "AX_Gemeinde": ((*_PLACE_KEY, "bezeichnung"), ()),
    "AP_PTO": (("art",), ("dientZurDarstellungVon",)),
}
# References of an object to its house numbers, and how good its place is for an address.
_NUMBER_REFERENCES = {
    "AX_Gebaeude": ("zeigtAuf", BUILDING),
    "AX_Flurstueck": ("weistAuf", PARCEL),
}
_GEOREFERENCED = "hatAuch"
_ZONES = "zones"
_ZONE_PARENT = "istTeilVon"
_UPDATES = {"Replace", "Delete", "Update"}
_ASIDE = ("Insert", *sorted(_UPDATES), "portionskennung", "erlaeuterung")
_PORTION = re.compile(r"laufendeNummer\w*>(\d+)<.*?gesamtzahl\w*>(\d+)<", re.S | re.I)


@dataclass(frozen=True)
class _Target:
    layer: NasLayer
    constants: Mapping[str, str]


@dataclass(frozen=True)
class _Plan:
    """What to do with objects of one type: where to look, and where they go."""

    type: str
    tree: Node
    position: str
    targets: tuple[_Target, ...]
    law: LawType | None


@dataclass
class NasPass:
    """Reads files into spools in a folder. After `read`: systems and notes by layer, and how many objects each has."""

    wanted: frozenset[str]
    folder: Path
    crs: dict[str, GmlCrs] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    layer_notes: dict[str, list[str]] = field(default_factory=dict)
    _spools: dict[str, LayerSpool] = field(default_factory=dict)
    _stack: ExitStack = field(init=False)
    _joins: NasJoins = field(init=False)
    _plans: dict[str, _Plan | None] = field(default_factory=dict)
    _systems: dict[str, GmlCrs] = field(default_factory=dict)
    _historic: Counter[str] = field(default_factory=Counter)
    _foreign: Counter[str] = field(default_factory=Counter)
    _unknown_keys: Counter[str] = field(default_factory=Counter)

    def read(self, paths: Sequence[Path]) -> None:
        """Read all files; raises SourceError for an update file and for broken XML."""
        with ExitStack() as stack:
            self._stack = stack
            self._joins = stack.enter_context(closing(NasJoins()))
            for path in paths:
                for feature in features(path, *_ASIDE):
                    self._take(feature)
            for name in ("parcels", "buildings"):
                if name in self._spools:
                    self._spools[name].flush()
            self._join_zones()
            if "addresses" in self.wanted:
                self._join_addresses()
            # Leaving the stack completes the files of the spools.
        self.counts = {name: spool.count for name, spool in self._spools.items()}
        self._note_the_rest()

    def path(self, layer: str) -> Path:
        """File of one layer's spool; it is there only where the layer has objects."""
        return self.folder / f"{layer}.arrow"

    def _take(self, feature: etree._Element) -> None:
        tag = str(feature.tag)
        if tag not in self._plans:
            name = tag.rpartition("}")[2]
            if name in _ASIDE:
                self._aside(name, feature)
                return
            self._plans[tag] = self._plan(name, tag[: len(tag) - len(name)])
        plan = self._plans[tag]
        if plan is None:
            return
        values: Values = {}
        collect(feature, plan.tree, values)
        if _ENDS in values:
            self._historic.update(target.layer.name for target in plan.targets)
            return
        models = values.get(_MODEL)
        if models and "DLKM" not in models and plan.targets and all(name.startswith(_OTHER_MODELS) for name in models):
            self._foreign.update(target.layer.name for target in plan.targets)
            return
        own_id = gml_id(feature) or ""
        values["@id"] = [own_id]
        if plan.type in _PIECES:
            self._piece(plan, feature, own_id, values)
        if _GEOREFERENCED in values:
            self._joins.add("georeferenced", values[_GEOREFERENCED][0])
        targets = plan.targets if plan.law is None else self._law_targets(plan, own_id, values)
        for target in targets:
            self._add(plan, target, feature, own_id, values)

    def _aside(self, name: str, element: etree._Element) -> None:
        if name in _UPDATES:
            raise SourceError(
                "Die NAS-Datei ist ein Fortführungsauftrag (Änderungen statt Bestand). "
                "Bitte lesen Sie einen vollständigen Bestandsdatenauszug ein."
            )
        if name == "Insert":
            for feature in element:
                self._take(feature)
            return
        text = element.text or "" if name == "erlaeuterung" else etree.tostring(element, encoding="unicode")
        portion = _PORTION.search(text)
        if portion and int(portion[2]) > 1:
            note = f"Die Datei ist Portion {portion[1]} von {portion[2]}; andere Portionen sind nicht enthalten."
            if note not in self.notes:
                self.notes.append(note)

    def _plan(self, name: str, namespace: str) -> _Plan | None:
        law = law_types().get(name)
        targets = tuple(
            _Target(layer, layer.types[name])
            for layer in nas_layers().values()
            if name in layer.types and (layer.name in self.wanted or layer.name in self._helpers)
        )
        texts: list[str] = [place for target in targets for place in target.layer.places]
        hrefs: list[str] = []
        if law is not None:
            if not self.wanted & {"overlays", "monuments", "easements"}:
                return None
            texts += ["artDerFestlegung", "zone", "name", "bezeichnung"]
            hrefs.append(_ZONE_PARENT)
        if "addresses" in self.wanted:
            more, references = _PIECES.get(name, ((), ()))
            texts += more
            hrefs += references
            if name in _NUMBER_REFERENCES:
                hrefs.append(_NUMBER_REFERENCES[name][0])
            if name == "AX_GeoreferenzierteGebaeudeadresse":
                hrefs.append(_GEOREFERENCED)
        if not texts:
            return None
        tree = build_tree(namespace, [*dict.fromkeys(texts), _ENDS, _MODEL], hrefs)
        return _Plan(name, tree, namespace + "position", targets, law)

    @property
    def _helpers(self) -> frozenset[str]:
        """Layers that others need: addresses without a point of their own lie in buildings and parcels."""
        return frozenset({"parcels", "buildings"}) if "addresses" in self.wanted else frozenset()

    def _law_targets(self, plan: _Plan, own_id: str, values: Values) -> tuple[_Target, ...]:
        assert plan.law is not None
        if plan.type == ZONE_TYPE:
            return (_Target(nas_layers()["overlays"], {}),) if "overlays" in self.wanted else ()
        key = values.get("artDerFestlegung", [None])[0]
        if plan.law.parent:
            name = values.get("name") or values.get("bezeichnung")
            self._joins.add("areas", own_id, plan.type, key, name[0] if name else None)
            return ()
        meaning = plan.law.of(key)
        if key is not None and not meaning.meaning:
            self._unknown_keys[f"{plan.type} {key}"] += 1
        if meaning.layer not in self.wanted:
            return ()
        constants = {"description": meaning.meaning} if meaning.meaning else {}
        if meaning.layer == "easements":
            constants = {"kind": meaning.meaning}
        elif meaning.layer == "overlays":
            constants["kind"] = meaning.kind
        return (_Target(nas_layers()[meaning.layer], constants),)

    def _add(self, plan: _Plan, target: _Target, feature: etree._Element, own_id: str, values: Values) -> None:
        zone = plan.type == ZONE_TYPE
        spool = self._spool(target.layer, _ZONES if zone else target.layer.name)
        fault = self._geometry(spool, target.layer.name, next(feature.iterchildren(plan.position), None))
        row = evaluate(target.layer.columns, values, target.constants)
        if zone:
            row["key"] = values.get(_ZONE_PARENT, [None])[0]
        if len(heights := values.get("objekthoehe/AX_RelativeHoehe/hoehe", values.get("objekthoehe", ()))) > 1:
            row["height_m"] = _largest(heights)
        if "secondary" in row:
            row["secondary"] = "false" if row["secondary"] is None else "true"
        reference = _NUMBER_REFERENCES.get(plan.type)
        spool.add(row, fault, values.get(reference[0], ()) if reference else ())

    def _spool(self, layer: NasLayer, name: str) -> LayerSpool:
        spool = self._spools.get(name)
        if spool is None:
            spool = self._stack.enter_context(LayerSpool(self.path(name), layer.column_names))
            self._spools[name] = spool
            rank = {"parcels": PARCEL, "buildings": BUILDING}.get(name)
            if rank is not None and "addresses" in self.wanted:
                spool.on_references = lambda geometry, references: self._points(rank, geometry, references)
        return spool

    def _geometry(self, spool: LayerSpool, layer: str, position: etree._Element | None) -> Fault | None:
        geometry = None if position is None else next(iter(position), None)
        if geometry is None:
            spool.geometries.add_geometry(None)
            return None
        try:
            system = self._system(layer, geometry)
            spool.geometries.add(geometry, system.reader)
        except GmlError as error:
            spool.geometries.add_geometry(None)
            return placed_fault(error.fault, geometry, self.crs[layer].reader.convert)
        return None

    def _system(self, layer: str, geometry: etree._Element) -> GmlCrs:
        name = geometry.get("srsName") or next(
            (part.get("srsName") for part in geometry.iter() if part.get("srsName")), None
        )
        first = self.crs.get(layer)
        if name is None and first is not None:
            return first
        if name is None:
            raise SourceError(
                "Die erste Geometrie der NAS-Datei nennt kein Koordinatenreferenzsystem (srsName). "
                "Die Datei entspricht nicht der NAS."
            )
        system = self._systems.get(name)
        if system is None:
            system = self._systems[name] = GmlCrs(name)
        if first is None:
            self.crs[layer] = system
        elif system is not first and not same_crs(system.crs, first.crs):
            raise GmlError("Das Objekt steht in einem anderen Koordinatenreferenzsystem als die übrigen.")
        return system

    def _piece(self, plan: _Plan, feature: etree._Element, own_id: str, values: Values) -> None:
        if plan.type == "AX_LagebezeichnungMitHausnummer":
            text = values.get(_STREET_TEXT, [None])[0]
            number = values.get("hausnummer")
            if number:
                self._joins.add("numbers", own_id, _joined(values, _STREET_KEY), text, number[0])
        elif plan.type == "AX_LagebezeichnungKatalogeintrag":
            key, name = _joined(values, _CATALOGUE_KEY), values.get("bezeichnung")
            if key and name:
                self._joins.add("streets", key, name[0])
        elif plan.type == "AX_Gemeinde":
            key, name = _joined(values, _PLACE_KEY), values.get("bezeichnung")
            if key and name:
                self._joins.add("places", key, name[0])
        elif values.get("art") == ["HNR"]:
            self._presentation(plan, feature, values)

    def _presentation(self, plan: _Plan, feature: etree._Element, values: Values) -> None:
        """The place where the map writes a house number."""
        position = next(feature.iterchildren(plan.position), None)
        geometry = None if position is None else next(iter(position), None)
        if geometry is None:
            return
        try:
            point = self._system("addresses", geometry).reader.read(geometry)
        except GmlError:
            return
        if isinstance(point, shapely.Point):
            for number_id in values.get("dientZurDarstellungVon", ()):
                self._joins.add("points", number_id, PRESENTATION, point.x, point.y)

    def _points(self, rank: int, geometry: NDArray[np.object_], references: Mapping[int, Sequence[str]]) -> None:
        rows = [row for row in references if geometry[row] is not None and geometry[row].is_valid]
        for row, point in zip(rows, shapely.point_on_surface(geometry[rows]), strict=True):
            for number_id in references[row]:
                self._joins.add("points", number_id, rank, point.x, point.y)

    def _join_addresses(self) -> None:
        unplaced = nameless = 0
        spool = self._spool(nas_layers()["addresses"], "addresses")
        for address in self._joins.addresses():
            if address.point is None:
                unplaced += 1
                continue
            nameless += address.street is None
            spool.geometries.add_geometry(shapely.Point(address.point))
            row: dict[str, str | None] = {
                "address_id": address.id,
                "street": address.street,
                "house_number": address.number,
                "house_number_suffix": address.suffix,
                "place": address.place,
                "position_source": POSITION_SOURCES[address.rank or 0],
            }
            spool.add(row, None)
        source = next((self.crs[name] for name in ("addresses", "buildings", "parcels") if name in self.crs), None)
        if source is not None:
            self.crs.setdefault("addresses", source)
        notes = self.layer_notes.setdefault("addresses", [])
        if unplaced:
            notes.append(
                _counted(unplaced, "Hausnummer hat", "Hausnummern haben") + " keine Lage und fehlt als Adresse."
            )
        if nameless:
            notes.append(
                _counted(nameless, "Adresse hat", "Adressen haben") + " keinen Straßennamen (kein Katalogeintrag)."
            )

    def _join_zones(self) -> None:
        zones = self._spools.pop(_ZONES, None)
        if zones is None:
            return
        with zones:
            pass
        orphans = 0
        layer = nas_layers()["overlays"]
        for batch in spooled_batches(self.path(_ZONES)):
            for row, values in enumerate(batch.attributes.to_pylist()):
                area = self._joins.area(values["key"])
                merged: dict[str, str | None] = values | {"key": None, "kind": law_types()[ZONE_TYPE].kind}
                if area is None:
                    orphans += 1
                else:
                    merged |= _zone_of(area, values)
                zone = law_types()[ZONE_TYPE].of(values["zone"]).meaning
                merged["zone"] = zone or values["zone"]
                spool = self._spool(layer, layer.name)
                spool.geometries.add_geometry(batch.geometry[row])
                spool.add(merged, batch.faults.get(row))
        if orphans:
            self.layer_notes.setdefault("overlays", []).append(
                _counted(orphans, "Schutzzone gehört", "Schutzzonen gehören")
                + " zu keinem Schutzgebiet dieser Datei; ihre Art ist unbekannt."
            )

    def _note_the_rest(self) -> None:
        for counter, one, many in (
            (self._historic, "historisches Objekt wurde", "historische Objekte wurden"),
            (self._foreign, "Objekt einer anderen Modellart wurde", "Objekte anderer Modellarten wurden"),
        ):
            for layer, count in counter.items():
                note = _counted(count, one, many) + " nicht übernommen."
                self.layer_notes.setdefault(layer, []).append(note)
        for key, count in sorted(self._unknown_keys.items()):
            note = f"Unbekannter Schlüssel {key} ({count}×): Die Art der Festlegung bleibt offen."
            self.layer_notes.setdefault("overlays", []).append(note)


def _zone_of(area: tuple[str, str | None, str | None], values: Mapping[str, str | None]) -> dict[str, str | None]:
    kind, key, name = area
    meaning = law_types()[kind].of(key)
    return {"kind": meaning.kind, "key": key, "description": meaning.meaning or None, "name": values["name"] or name}


def _joined(values: Values, parts: Sequence[str]) -> str | None:
    return "".join(values[part][0] for part in parts) if all(part in values for part in parts) else None


def _largest(heights: Sequence[str]) -> str:
    """The height to the highest of several reference points; what is no number stays to be refused."""
    try:
        return max(heights, key=float)
    except ValueError:
        return heights[0]


def _counted(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {many}"
