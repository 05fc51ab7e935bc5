"""Distance easements that burden the site itself: land on it that a neighbour's buildings use up (NBauO § 6)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from gis.checks.boundary import Boundary
from gis.checks.walls import Walls
from gis.wording import metres


def burdened(boundary: Boundary, buildings: Iterable[Walls], minimum_m: float, tolerance: float) -> list[str]:
    """German sentences on buildings that do not keep their distance from a burdened area of the site.

    The boundary counts as moved to the edge of such an area, in favour of a plot that the data do not name. Walls of
    unknown height keep ``minimum_m``, in metres.
    """
    sentences = []
    for name, area in boundary.burdens:
        short: list[tuple[float, float, Walls]] = []
        for walls in buildings:
            edges = np.asarray(shapely.linestrings(walls.feature.edges()[0]), dtype=object)
            distance = np.asarray(shapely.distance(edges, area))
            required = np.where(np.isnan(walls.full), minimum_m, walls.required)
            at = int(np.argmin(distance - required))
            if distance[at] < required[at] - tolerance - 1e-9:
                short.append((float(distance[at]), float(required[at]), walls))
        if not short:
            continue
        distance_m, required_m, walls = min(short, key=lambda entry: entry[0] - entry[1])
        sentences.append(
            f"Auf dem Baugrundstück liegt eine Abstandsbaulast ({name}), die den Abstand eines anderen Grundstücks "
            f"sichert. {walls.feature.role.label} {walls.feature.id} steht {metres(distance_m)} von ihrer Fläche, "
            f"erforderlich wären {metres(required_m)}. Bitte klären Sie mit dem Baulastenverzeichnis, welche Gebäude "
            "Abstand von ihr halten müssen."
        )
    return sentences
