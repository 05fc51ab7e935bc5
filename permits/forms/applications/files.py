"""Uploads: PDFs and site plans. Size is checked before a byte is read into memory."""

from __future__ import annotations

import json
import math
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from gis.readers import format_names, plan_suffixes
from gis.siteplan import ROLE_LABELS, Role
from permits.forms.applications.draft import ServiceForm
from permits.law import Law
from permits.services.plan_reading import UnplacedPlanError, plan_size_text

MEGABYTE = 1_000_000


def limit_text() -> str:
    """Return the limit for one file in German."""
    return f"{settings.MAX_UPLOAD_BYTES / MEGABYTE:.0f} MB"


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """One or more files; ``cleaned_data`` is a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check every file."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            return [super().clean(None, initial)] if self.required else []
        return [within_limit(super(FilesField, self).clean(item, initial)) for item in given]


def within_limit(file: UploadedFile[Any]) -> UploadedFile[Any]:
    """Refuse a file over the limit by its name, before it is read."""
    if file.size is not None and file.size > settings.MAX_UPLOAD_BYTES:
        raise forms.ValidationError(
            f"{file.name} ist zu groß ({file.size / MEGABYTE:.0f} MB). Erlaubt sind {limit_text()} je Datei."
        )
    return file


EMPTY = "Die Datei ist leer. Bitte wählen Sie die Datei erneut aus."


class DocumentForm(ServiceForm):
    """New documents of one kind."""

    printed = True
    document_type = forms.ChoiceField(label="Art der Bauvorlage")
    title = forms.CharField(
        label="Bezeichnung", max_length=250, required=False, help_text="Zum Beispiel „Grundriss Erdgeschoss“."
    )
    file = FilesField(
        label="PDF-Dateien",
        error_messages={"required": "Bitte wählen Sie eine Datei aus.", "empty": EMPTY},
    )

    def __init__(self, *args: Any, law: Law, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for kind in law.document_types.values():
            if not kind.from_authority:
                groups.setdefault(kind.group, []).append((kind.id, f"{kind.title} ({kind.id})"))
        field = self.fields["document_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Bitte auswählen"), *groups.items()]
        self.fields["file"].help_text = f"PDF, am besten PDF/A, höchstens {limit_text()} je Datei."
        self.fields["file"].widget.attrs |= {"accept": "application/pdf,.pdf"}


class VersionForm(ServiceForm):
    """The next version of a document."""

    file = forms.FileField(
        label="Neue Fassung (PDF)", error_messages={"required": "Bitte wählen Sie eine Datei aus.", "empty": EMPTY}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"Höchstens {limit_text()}. Die bisherige Fassung bleibt in der Historie."
        self.fields["file"].widget = forms.FileInput(attrs={"accept": "application/pdf,.pdf"})

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse a file over the limit."""
        return within_limit(self.cleaned_data["file"])


class PlanUploadForm(ServiceForm):
    """A site plan as a file, in one of the formats of the registry of readers."""

    passed_on = (UnplacedPlanError,)
    plan = forms.FileField(
        label="Lageplan als Datei",
        error_messages={"required": "Bitte wählen Sie eine Datei aus.", "empty": EMPTY},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].widget = forms.FileInput(attrs={"accept": ",".join(plan_suffixes())})
        self.fields["plan"].help_text = (
            f"{format_names()} mit den Umrissen der geplanten und vorhandenen Gebäude, höchstens {plan_size_text()}. "
            "Am besten in ETRS89/UTM; eine Zeichnung ohne Lagebezug passen Sie nach dem Hochladen mit zwei Punkten ein."
        )

    def clean_plan(self) -> UploadedFile[Any]:
        """Refuse a file over the limit."""
        return within_limit(self.cleaned_data["plan"])


class PlanDrawingForm(ServiceForm):
    """A site plan drawn on the map, as GeoJSON."""

    plan = forms.CharField(
        label="Gezeichneter Lageplan",
        required=False,
        max_length=2_000_000,
        widget=forms.HiddenInput,
    )

    def clean_plan(self) -> str:
        """Refuse an empty drawing."""
        drawn: str = self.cleaned_data["plan"]
        try:
            features = json.loads(drawn)["features"] if drawn else []
        except (ValueError, KeyError, TypeError):
            features = []
        if not features:
            raise forms.ValidationError("Es ist noch nichts gezeichnet. Bitte zeichnen Sie mindestens ein Gebäude.")
        return drawn


def _metres(label: str, *, low: float, high: float, help_text: str = "", required: bool = True) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        min_value=low,
        max_value=high,
        required=required,
        localize=True,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "ba-input--short"}),
    )


class PlanDimensionsForm(ServiceForm):
    """A rectangular building by its corner, sides and direction; works without a map and without JavaScript."""

    role = forms.ChoiceField(label="Art", initial=Role.MAIN_BUILDING)
    east = _metres("Rechtswert (Ost) der Ecke", low=100_000, high=999_999, help_text="In Metern, ETRS89/UTM.")
    north = _metres("Hochwert (Nord) der Ecke", low=5_000_000, high=6_500_000)
    length = _metres("Länge in m", low=0.1, high=1000)
    width = _metres("Breite in m", low=0.1, high=1000)
    direction = _metres(
        "Richtung der Länge in Grad",
        low=-360,
        high=360,
        help_text="0 = nach Osten, 90 = nach Norden. Die Breite liegt links davon.",
    )
    wall_height_m = _metres(
        "Wandhöhe in m",
        low=0.1,
        high=400,
        required=False,
        help_text="Ohne Wandhöhe ist der Grenzabstand nicht prüfbar.",
    )

    keep = forms.BooleanField(label="Zu den bisherigen Umrissen des Lageplans hinzufügen", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "box")
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role.value, label) for role, label in ROLE_LABELS.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse numbers that are none."""
        data = super().clean() or {}
        for name, value in data.items():
            if isinstance(value, float) and not math.isfinite(value):
                self.add_error(name, "Bitte geben Sie eine Zahl an.")
        return data

    def feature(self) -> dict[str, Any]:
        """Return the building as a GeoJSON feature in the authority's CRS (metres)."""
        data = self.cleaned_data
        angle = math.radians(data["direction"])
        along = (math.cos(angle) * data["length"], math.sin(angle) * data["length"])
        across = (-math.sin(angle) * data["width"], math.cos(angle) * data["width"])
        x, y = data["east"], data["north"]
        ring = [
            (x, y),
            (x + along[0], y + along[1]),
            (x + along[0] + across[0], y + along[1] + across[1]),
            (x + across[0], y + across[1]),
            (x, y),
        ]
        properties: dict[str, Any] = {
            "role": data["role"],
            "capture": "dimension_text",
            "origins": {"geometry": {"kind": "derived", "note": "aus Ecke, Seiten und Richtung"}},
        }
        if data.get("wall_height_m") is not None:
            properties["wall_height_m"] = data["wall_height_m"]
        geometry = {"type": "Polygon", "coordinates": [[[round(a, 4), round(b, 4)] for a, b in ring]]}
        return {"type": "Feature", "properties": properties, "geometry": geometry}
