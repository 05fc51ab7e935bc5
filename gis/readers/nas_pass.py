"""One pass over an ALKIS extract: every wanted object goes to the spool of its layer. Memory does not grow.

Persons, bookings and whatever else is not named in the data files is never looked at, let alone kept.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lxml import etree

from gis.crs import same_crs
from gis.readers.alkis_columns import Values, collect, full_parcel_number
from gis.readers.alkis_law import ZONE_TYPE, law_types
from gis.readers.feature_stream import gml_id, local_name, read_features
from gis.readers.gml import GmlError, placed_fault
from gis.readers.gml_crs import GmlCrs
from gis.readers.nas_addresses import (
    PRESENTATION_TYPE,
    REFERRING_LAYERS,
    AddressPieces,
    counted,
    shows_house_number,
)
from gis.readers.nas_joins import NasJoins
from gis.readers.nas_schema import nas_layers
from gis.readers.nas_types import ENDS, ZONE_PARENT, ZONES, Target, TypePlan, left_out, row_builder, type_plan
from gis.readers.source import Fault, SourceError
from gis.readers.spool import LayerSpool, spooled_batches

_HEIGHTS = ("objekthoehe/AX_RelativeHoehe/hoehe", "objekthoehe")
_PORTION = re.compile(r"laufendeNummer\w*>(\d+)<.*?gesamtzahl\w*>(\d+)<", re.S | re.I)


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
    _plans: dict[str, TypePlan | None] = field(default_factory=dict)
    _law_targets: dict[tuple[str, str, str], Target] = field(default_factory=dict)
    _systems: dict[str, GmlCrs] = field(default_factory=dict)
    _left_out: dict[str, Counter[str]] = field(default_factory=lambda: {"historic": Counter(), "foreign": Counter()})
    _unknown_keys: Counter[str] = field(default_factory=Counter)
    # By the number of portions that the extract has: those that were read.
    _portions: dict[int, set[int]] = field(default_factory=dict)
    # Objects that lie in several portions stand in each of them.
    _seen: set[str] | None = None
    _stack: ExitStack = field(init=False)
    _joins: NasJoins = field(init=False)
    _addresses: AddressPieces = field(init=False)

    def read(self, paths: Sequence[Path]) -> None:
        """Read all files; raises SourceError for an update file and for broken XML."""
        with ExitStack() as self._stack:
            self._joins = self._stack.enter_context(closing(NasJoins()))
            self._addresses = AddressPieces(self._joins, self.layer_notes.setdefault("addresses", []))
            self._seen = set() if len(paths) > 1 else None
            for path in paths:
                read_features(path, self._take, self._heading)
            self._join_zones()
            if "addresses" in self.wanted:
                self._join_addresses()
            # Leaving the stack completes the files of the spools.
        self.counts = {name: spool.count for name, spool in self._spools.items()}
        self._note_the_rest()

    def path(self, layer: str) -> Path:
        """File of one layer's spool; it is there only where the layer has objects."""
        return self.folder / f"{layer}.arrow"

    def _heading(self, root: etree._Element) -> None:
        for element in root.iter("{*}portionskennung", "{*}erlaeuterung"):
            # Explanations hold the portion as text, with its tags.
            text = element.text or ""
            portion = _PORTION.search(text if "<" in text else etree.tostring(element, encoding="unicode"))
            if portion:
                self._portions.setdefault(int(portion[2]), set()).add(int(portion[1]))

    def _take(self, feature: etree._Element) -> None:
        tag = str(feature.tag)
        if tag not in self._plans:
            name = local_name(tag)
            self._plans[tag] = type_plan(name, tag[: len(tag) - len(name)], self.wanted)
        plan = self._plans[tag]
        if plan is None:
            return
        values: Values = {}
        collect(feature, plan.tree, values)
        if plan.targets or plan.law:
            reason = left_out(values)
            if reason is not None:
                self._left_out[reason].update(target.layer for target in plan.targets)
                return
        elif ENDS in values:
            return
        own_id = gml_id(feature) or ""
        if self._seen is not None and own_id:
            if own_id in self._seen:
                return
            self._seen.add(own_id)
        values["@id"] = [own_id]
        if plan.is_piece:
            self._addresses.take(plan.type, own_id, values)
            if plan.type == PRESENTATION_TYPE and shows_house_number(values):
                self._take_presentation(feature, plan, values)
        for target in plan.targets if plan.law is None else self._targets_of_law(plan, own_id, values):
            self._add(plan, target, feature, values)

    def _targets_of_law(self, plan: TypePlan, own_id: str, values: Values) -> tuple[Target, ...]:
        """Where a public-law area goes: its key decides. Areas made of zones only lend those what they say."""
        assert plan.law is not None
        if plan.type == ZONE_TYPE:
            return plan.targets
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
        cached = (meaning.layer, meaning.kind, meaning.meaning)
        if cached not in self._law_targets:
            constants = {"description": meaning.meaning} if meaning.meaning else {}
            if meaning.layer == "easements":
                constants = {"kind": meaning.meaning}
            elif meaning.layer == "overlays":
                constants["kind"] = meaning.kind
            builder = row_builder(nas_layers()[meaning.layer], constants)
            self._law_targets[cached] = Target(meaning.layer, meaning.layer, builder)
        return (self._law_targets[cached],)

    def _add(self, plan: TypePlan, target: Target, feature: etree._Element, values: Values) -> None:
        spool = self._spool(target.layer, target.spool)
        fault = self._geometry(spool, target.layer, next(feature.iterchildren(plan.position), None))
        row = target.builder.row(values)
        names = target.builder.names
        if target.spool == ZONES:
            row[names.index("key")] = values.get(ZONE_PARENT, [None])[0]
        heights = values.get(_HEIGHTS[0]) or values.get(_HEIGHTS[1])
        if heights and len(heights) > 1:
            row[names.index("height_m")] = _largest(heights)
        if target.layer == "parcels":
            row[0] = full_parcel_number(row[0])
        elif target.layer == "land_use":
            number = names.index("secondary")
            row[number] = "false" if row[number] is None else "true"
        reference = REFERRING_LAYERS.get(target.layer) if plan.is_piece else None
        references = values.get(reference[0], ()) if reference else ()
        spool.add(row, fault, references, object_type=plan.type)

    def _spool(self, layer: str, name: str) -> LayerSpool:
        spool = self._spools.get(name)
        if spool is None:
            columns = nas_layers()[layer].column_names
            spool = self._spools[name] = self._stack.enter_context(LayerSpool(self.path(name), columns))
            if name in REFERRING_LAYERS and "addresses" in self.wanted:
                spool.on_references = partial(self._addresses.take_areas, REFERRING_LAYERS[name][1])
        return spool

    def _geometry(self, spool: LayerSpool, layer: str, position: etree._Element | None) -> Fault | None:
        geometry = None if position is None else next(iter(position), None)
        if geometry is None:
            spool.geometries.add_geometry(None)
            return None
        try:
            spool.geometries.add(geometry, self._system(layer, geometry).reader)
        except GmlError as error:
            spool.geometries.add_geometry(None)
            return placed_fault(error.fault, geometry, self.crs[layer].reader.convert)
        return None

    def _system(self, layer: str, geometry: etree._Element) -> GmlCrs:
        name = geometry.get("srsName") or next(
            (part.get("srsName") for part in geometry.iter() if part.get("srsName")), None
        )
        first = self.crs.get(layer)
        if name is None:
            if first is None:
                raise SourceError(
                    "Die erste Geometrie der NAS-Datei nennt kein Koordinatenreferenzsystem (srsName). "
                    "Die Datei entspricht nicht der NAS."
                )
            return first
        if name not in self._systems:
            self._systems[name] = GmlCrs(name)
        system = self._systems[name]
        if first is None:
            self.crs[layer] = system
        elif system is not first and not same_crs(system.crs, first.crs):
            raise GmlError("Das Objekt steht in einem anderen Koordinatenreferenzsystem als die übrigen.")
        return system

    def _take_presentation(self, feature: etree._Element, plan: TypePlan, values: Values) -> None:
        position = next(feature.iterchildren(plan.position), None)
        geometry = None if position is None else next(iter(position), None)
        if geometry is not None:
            try:
                self._addresses.take_presentation(self._system("addresses", geometry).reader.read(geometry), values)
            except GmlError:
                # A text that lies nowhere is no place of an address; the building or the parcel gives one.
                return

    def _join_addresses(self) -> None:
        for name in REFERRING_LAYERS:
            if name in self._spools:
                self._spools[name].flush()
        spool = self._spool("addresses", "addresses")
        columns = nas_layers()["addresses"].column_names
        for point, values in self._addresses.addresses():
            spool.geometries.add_geometry(point)
            spool.add([values.get(name) for name in columns], None)
        systems = [self.crs[name] for name in ("addresses", *REFERRING_LAYERS) if name in self.crs]
        if systems:
            self.crs["addresses"] = systems[0]

    def _join_zones(self) -> None:
        zones = self._spools.pop(ZONES, None)
        if zones is None:
            return
        zones.close()
        orphans = 0
        columns = nas_layers()["overlays"].column_names
        for batch in spooled_batches(self.path(ZONES)):
            for row, values in enumerate(batch.attributes.to_pylist()):
                area = self._joins.area(values["key"])
                orphans += area is None
                zone = values | _zone_values(area, values)
                spool = self._spool("overlays", "overlays")
                spool.geometries.add_geometry(batch.geometry[row])
                kind = None if batch.classes is None else batch.classes[row].as_py()
                spool.add([zone.get(name) for name in columns], batch.faults.get(row), object_type=kind)
        if orphans:
            end = "zu keinem Schutzgebiet dieser Datei; die Art ist unbekannt."
            note = counted(orphans, f"Schutzzone gehört {end}", f"Schutzzonen gehören {end}")
            self.layer_notes.setdefault("overlays", []).append(note)

    def _note_the_rest(self) -> None:
        for reason, one, many in (
            ("historic", "historisches Objekt wurde", "historische Objekte wurden"),
            ("foreign", "Objekt einer anderen Modellart wurde", "Objekte anderer Modellarten wurden"),
        ):
            for layer, count in self._left_out[reason].items():
                note = counted(count, f"{one} nicht übernommen.", f"{many} nicht übernommen.")
                self.layer_notes.setdefault(layer, []).append(note)
        for total, numbers in self._portions.items():
            if len(numbers) < total:
                listed = ", ".join(map(str, sorted(numbers)))
                named = f"nur Portion {listed}"
                self.notes.append(f"Enthalten ist {named} von {total} dieses Auszugs.")
        for key, count in sorted(self._unknown_keys.items()):
            note = f"Unbekannter Schlüssel {key} ({count}×): Die Art der Festlegung bleibt offen."
            self.layer_notes.setdefault("overlays", []).append(note)


def _zone_values(
    area: tuple[str, str | None, str | None] | None, values: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Columns of a protection zone: its own, and those of the area that it is a part of."""
    zones = law_types()[ZONE_TYPE]
    zone = zones.of(values["zone"]).meaning or values["zone"]
    if area is None:
        return {"kind": zones.kind, "key": None, "zone": zone}
    kind, key, name = area
    meaning = law_types()[kind].of(key)
    return {
        "kind": meaning.kind,
        "key": key,
        "description": meaning.meaning or None,
        "zone": zone,
        "name": values["name"] or name,
    }


def _largest(heights: Sequence[str]) -> str:
    """The height to the highest of several reference points; what is no number stays to be refused."""
    try:
        return max(heights, key=float)
    except ValueError:
        return heights[0]
