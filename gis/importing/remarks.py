"""What is remarkable about the geometries of a source without making them bad: counted, with one example each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from gis.defects import Place, repeated_points, spikes
from gis.importing.placing import Placement

_SENTENCES = {
    "heights": "Die Höhen der Punkte (dritte Koordinate) wurden weggelassen: {objects}.",
    "repeated": "Punkte stehen doppelt hintereinander; das bleibt ohne Wirkung: {objects}.",
    "spike": "Achtung: Umrisse haben Spitzen ohne Breite; Abstände zu ihnen können falsch sein: {objects}.",
    "no_number": "Adressen ohne Hausnummer: {objects}.",
    "no_street": "Adressen ohne Straßennamen: {objects}.",
    "no_name": "Achtung: Der Straßenname ist ein Platzhalter und kein Name: {objects}.",
    "beyond_use": "Achtung: Koordinaten liegen außerhalb des Gebiets, für das das Koordinatenreferenzsystem bestimmt "
    "ist. Bitte prüfen Sie, ob es das richtige ist.",
}
# Such as "### Straßenname unbekannt": no name begins with a sign, and none says that it is unknown.
_PLACEHOLDER = r"(?i)^[^\p{L}\p{N}]|\bunbekannt\b|^(n\.? ?n\.?|k\.? ?a\.?)$"


@dataclass
class Remarks:
    """Collects remarks batch by batch."""

    _counts: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, str] = field(default_factory=dict)

    def heights(self, geometry: NDArray[np.object_], name: Callable[[int], str]) -> bool:
        """Note the features whose points carry heights; whether there are any."""
        rows = np.flatnonzero(shapely.has_z(geometry))
        self._add("heights", {int(row): None for row in rows}, name)
        return len(rows) > 0

    def outlines(self, geometry: NDArray[np.object_], name: Callable[[int], str]) -> None:
        """Note repeated points and spikes of good features (metres)."""
        self._add("repeated", repeated_points(geometry), name)
        self._add("spike", spikes(geometry), name)

    def addresses(self, columns: Mapping[str, pa.Array], name: Callable[[int], str]) -> None:
        """Note addresses that lack what makes an address, and streets whose name says that it is none."""
        numbers, streets = columns.get("house_number"), columns.get("street")
        if numbers is not None:
            self._add("no_number", _rows(numbers.is_null()), name)
        if streets is not None:
            self._add("no_street", _rows(streets.is_null()), name)
            self._add("no_name", _rows(pc.fill_null(pc.match_substring_regex(streets, _PLACEHOLDER), False)), name)

    def places(self, placement: Placement, geometry: NDArray[np.object_]) -> None:
        """Note where coordinates of the source lie beyond the area of use of their system."""
        if placement.beyond_use(geometry):
            self._counts["beyond_use"] = 1

    def sentences(self) -> tuple[str, ...]:
        """German sentences for the summary of the import."""
        return tuple(
            _SENTENCES[kind].format(objects=self._objects(kind)) for kind in _SENTENCES if kind in self._counts
        )

    def _add(self, kind: str, found: Mapping[int, Place | None], name: Callable[[int], str]) -> None:
        if not found:
            return
        self._counts[kind] = self._counts.get(kind, 0) + len(found)
        if kind not in self._examples:
            row = min(found)
            place = found[row]
            self._examples[kind] = name(row) + (f" bei {place[0]:.3f} {place[1]:.3f}" if place else "")

    def _objects(self, kind: str) -> str:
        count, example = self._counts[kind], self._examples.get(kind, "")
        return f"1 Objekt, {example}" if count == 1 else f"{count} Objekte, zuerst {example}"


def _rows(mask: pa.Array) -> dict[int, Place | None]:
    return dict.fromkeys(np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist())
