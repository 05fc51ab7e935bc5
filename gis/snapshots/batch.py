"""What an import hands to the writer of a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class FeatureProblem:
    """A feature that is bad, or that was repaired. Place and bounds are in the system of the snapshot."""

    id: str
    kind: str
    message: str
    place: tuple[float, float] | None = None
    bounds: tuple[float, float, float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """As the summary and `meta.json` hold it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "message": self.message,
            "place": None if self.place is None else list(self.place),
            "bounds": None if self.bounds is None else list(self.bounds),
        }


@dataclass(frozen=True)
class CheckedBatch:
    """Good features in canonical form, in the system of the snapshot, and what was wrong with the others.

    `classes`: object type of each feature in the source, where it says so.
    """

    geometry: NDArray[np.object_]
    wkb: pa.Array | None
    columns: Mapping[str, pa.Array]
    ids: pa.Array
    problems: tuple[FeatureProblem, ...]
    repairs: tuple[FeatureProblem, ...]
    classes: pa.Array | None = None
