"""How many objects of each class an import has, and what area they cover."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from gis.snapshots.batch import CheckedBatch


@dataclass
class Tally:
    """Adds up batch by batch, by the object type that the source names, else by the name of its layer.

    Only polygons have an area.
    """

    layer: str
    counts: dict[str, int] = field(default_factory=dict)
    areas_m2: dict[str, float] = field(default_factory=dict)

    def add(self, batch: CheckedBatch) -> None:
        """Add the good features of a batch (metric coordinates)."""
        if len(batch.geometry) == 0:
            return
        if batch.classes is None:
            classes, rows = np.array([self.layer]), np.zeros(len(batch.geometry), dtype=np.intp)
        else:
            named = batch.classes.fill_null(self.layer).to_numpy(zero_copy_only=False).astype(str)
            classes, rows = np.unique(named, return_inverse=True)
        counts = np.bincount(rows, minlength=len(classes))
        areas = np.bincount(rows, weights=shapely.area(batch.geometry), minlength=len(classes))
        for label, count, area in zip(classes.tolist(), counts.tolist(), areas.tolist(), strict=True):
            self.counts[label] = self.counts.get(label, 0) + count
            if area > 0:
                self.areas_m2[label] = self.areas_m2.get(label, 0.0) + area
