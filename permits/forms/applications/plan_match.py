"""Two matched points that place a drawing without georeference."""

from typing import Any

from django import forms
from django.forms import BoundField

from permits.forms.applications.draft import ServiceForm
from permits.services.plan_reading import MatchedPoints, Point

_MOST = 1e9


def _drawn(label: str) -> forms.FloatField:
    return _field(label, -_MOST, _MOST)


def _field(label: str, low: float, high: float) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        min_value=low,
        max_value=high,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "ba-input--short", "autocomplete": "off"}),
    )


class PlanMatchForm(ServiceForm):
    """Coordinates of two points: in the drawing, in its own units, and on the ground, in metres."""

    x1 = _drawn("Punkt 1 in der Zeichnung: x")
    y1 = _drawn("Punkt 1 in der Zeichnung: y")
    east1 = _field("Punkt 1 im Gelände: Rechtswert (Ost)", 100_000, 999_999)
    north1 = _field("Punkt 1 im Gelände: Hochwert (Nord)", 5_000_000, 6_500_000)
    x2 = _drawn("Punkt 2 in der Zeichnung: x")
    y2 = _drawn("Punkt 2 in der Zeichnung: y")
    east2 = _field("Punkt 2 im Gelände: Rechtswert (Ost)", 100_000, 999_999)
    north2 = _field("Punkt 2 im Gelände: Hochwert (Nord)", 5_000_000, 6_500_000)

    @staticmethod
    def suggested(drawing: tuple[Point, Point]) -> dict[str, float]:
        """Initial values: the two points of the drawing."""
        (x1, y1), (x2, y2) = ((round(x, 4), round(y, 4)) for x, y in drawing)
        return {"x1": x1, "y1": y1, "x2": x2, "y2": y2}

    def points(self) -> MatchedPoints:
        """Return the points of a valid form."""
        data: dict[str, Any] = self.cleaned_data
        return MatchedPoints(
            drawing=((data["x1"], data["y1"]), (data["x2"], data["y2"])),
            ground=((data["east1"], data["north1"]), (data["east2"], data["north2"])),
        )

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields of each point under its heading."""
        names = ("x", "y", "east", "north")
        return [(f"Punkt {number}", [self[f"{name}{number}"] for name in names]) for number in (1, 2)]
