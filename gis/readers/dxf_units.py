"""Drawing units of DXF ($INSUNITS) in metres, and their German names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Metres per drawing unit; 0 (none stated) is not in it. Astronomical units are no units of a site plan.
METRES_PER_UNIT: Mapping[int, float] = MappingProxyType(
    {
        1: 0.0254,
        2: 0.3048,
        3: 1609.344,
        4: 0.001,
        5: 0.01,
        6: 1.0,
        7: 1000.0,
        8: 2.54e-8,
        9: 2.54e-5,
        10: 0.9144,
        13: 1e-6,
        14: 0.1,
        15: 10.0,
        16: 100.0,
        21: 1200 / 3937,
        22: 100 / 3937,
        23: 3600 / 3937,
        24: 6_336_000 / 3937,
    }
)

_NAMES = {
    1: "Zoll", 2: "Fuß", 3: "Meilen", 4: "Millimeter", 5: "Zentimeter", 6: "Meter", 7: "Kilometer",
    8: "Mikrozoll", 9: "Tausendstel Zoll", 10: "Yard", 13: "Mikrometer", 14: "Dezimeter", 15: "Dekameter",
    16: "Hektometer", 21: "US-Vermessungsfuß", 22: "US-Vermessungszoll", 23: "US-Vermessungsyard",
    24: "US-Vermessungsmeilen",
}  # fmt: skip

#: Units that drawings really have, tried where a drawing states none and two matched points tell the scale.
USUAL_UNITS = (6, 4, 5, 2, 1, 14)


def unit_name(code: int) -> str:
    """German name of a unit of ``METRES_PER_UNIT``, in the plural."""
    return _NAMES[code]
