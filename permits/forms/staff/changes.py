"""Forms that correct or take back an issued notice."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from permits.forms.base import DateInput, KernForm
from permits.forms.staff.base import text_area
from permits.models import RemedyEffect
from permits.services.notice_changes import ChangeText

PLACES = 5
PREVIEW = "preview"
UNKNOWN = "Dieser Wortlaut steht so nicht im Bescheid. Bitte vergleichen Sie ihn Zeichen für Zeichen."
SHOWN = 80  # characters of a quote beside its tick


class Confirmations(forms.MultipleChoiceField):
    """Quotes that are ticked as compared, by their hash: one that was changed since is asked about again."""

    def valid_value(self, value: str) -> bool:
        """Take what the page offered; what stands in no field any more counts for nothing."""
        return True


class CorrectionForm(KernForm):
    """Up to five places of a notice that are put right; the first is required."""

    printed = True
    ground = forms.ChoiceField(label="Grund", widget=forms.RadioSelect)

    def __init__(self, *args: Any, grounds: list[tuple[str, str]], doubt: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["ground"], grounds, doubt)
        for number in range(1, PLACES + 1):
            required = number == 1
            self.fields[f"place_{number}"] = forms.CharField(
                label="Stelle im Bescheid",
                max_length=200,
                required=required,
                help_text="Zum Beispiel: Seite 2, Auflage 3" if required else "",
            )
            self.fields[f"wrong_{number}"] = text_area("Bisher steht dort", rows=2, limit=2000, required=required)
            self.fields[f"right_{number}"] = text_area("Richtig ist", rows=2, limit=2000, required=required)
        self.fields["remedy"] = forms.ChoiceField(
            label="Die Frist für den Widerspruch",
            required=False,
            choices=RemedyEffect.choices,
            initial=RemedyEffect.UNCHANGED,
            widget=forms.RadioSelect,
            help_text="War die Rechtsbehelfsbelehrung unrichtig, läuft statt des Monats ein Jahr (§ 58 Abs. 2 VwGO, "
            "ungeprüft). Mit der Bekanntgabe der Berichtigung beginnt der Monat neu.",
        )
        self.fields["reasons"] = text_area("Begründung", rows=4, limit=10000, hint="Warum ist der Fehler offenbar?")
        self.fields["confirmed"] = Confirmations(
            label="Wortlaut vergleichen", required=False, widget=forms.CheckboxSelectMultiple
        )

    def ask_about(self, quotes: Collection[str]) -> None:
        """Say beside each quote that the notice does not have it, and let the officer confirm it."""
        field = self.fields["confirmed"]
        assert isinstance(field, forms.ChoiceField)
        field.required = True
        field.choices = [
            (_digest(quote), f"„{_shortened(quote)}“ steht so im Bescheid. Ich habe es verglichen.") for quote in quotes
        ]
        for number in range(1, PLACES + 1):
            if self.cleaned_data.get(f"wrong_{number}", "").strip() in quotes:
                self.add_error(f"wrong_{number}", UNKNOWN)

    @property
    def asks(self) -> bool:
        """Whether there is anything to confirm."""
        return bool(self.fields["confirmed"].choices)  # type: ignore[attr-defined]

    @property
    def further_places(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of the second place and all after it, by number."""
        return [
            (number, [self[f"{part}_{number}"] for part in ("place", "wrong", "right")])
            for number in range(2, PLACES + 1)
        ]

    @property
    def has_further_places(self) -> bool:
        """Whether anything is filled in or wrong beyond the first place."""
        return any(field.value() or field.errors for _, fields in self.further_places for field in fields)

    def text(self) -> ChangeText:
        """Return what was typed; places that were left empty are left out."""
        data = self.cleaned_data
        rows = [
            (data[f"place_{number}"], data[f"wrong_{number}"], data[f"right_{number}"])
            for number in range(1, PLACES + 1)
        ]
        items = [row for row in rows if any(row)]
        ticked = data.get("confirmed", [])
        confirmed = [quote for _, wrong, _ in items if _digest(quote := wrong.strip()) in ticked]
        return ChangeText(
            ground=data["ground"],
            reasons=data["reasons"],
            items=items,
            confirmed=confirmed,
            remedy=RemedyEffect(data["remedy"] or RemedyEffect.UNCHANGED),
        )


class RevocationForm(KernForm):
    """Withdrawing or revoking a notice; the ground tells which of both it is."""

    printed = True
    ground = forms.ChoiceField(label="Grund", widget=forms.RadioSelect)
    for_past = forms.BooleanField(
        label="Die Rücknahme soll auch für die Vergangenheit gelten.",
        required=False,
        help_text="Nur bei einer Rücknahme; ein Widerruf gilt immer für die Zukunft.",
    )
    known_on = forms.DateField(
        label="Tag, an dem die Behörde die Tatsachen erfuhr",
        required=False,
        widget=DateInput(),
        help_text="Ab diesem Tag läuft die Frist der Aufhebung, frühestens ab dem Tag des Bescheids. Leer nur bei "
        "Täuschung, Drohung oder Bestechung.",
    )
    reasons = text_area(
        "Begründung", rows=8, limit=10000, hint="Auch, warum Sie Ihr Ermessen so ausüben (§ 39 Abs. 1 VwVfG)."
    )
    hearing = text_area(
        "Anhörung", rows=3, hint="Wann und wie wurde angehört, was wurde vorgebracht? Oder warum nicht (§ 28 VwVfG)?"
    )
    further_orders = text_area(
        "Weitere Anordnungen",
        required=False,
        rows=3,
        hint="Absätze durch eine Leerzeile trennen. Ein Widerspruch schiebt die Aufhebung auf (§ 80 Abs. 1 VwGO). Soll "
        "sie sofort vollzogen werden, ordnen Sie das hier ausdrücklich an und begründen Sie das besondere Interesse "
        "daran schriftlich und eigens (§ 80 Abs. 2 Satz 1 Nr. 4 und Abs. 3 VwGO).",
    )

    def __init__(self, *args: Any, grounds: list[tuple[str, str]], doubt: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["ground"], grounds, doubt)

    def text(self) -> ChangeText:
        """Return what was typed."""
        data = self.cleaned_data
        return ChangeText(
            ground=data["ground"],
            reasons=data["reasons"],
            hearing=data["hearing"],
            further_orders=data["further_orders"],
            known_on=data["known_on"],
            for_past=data["for_past"],
        )


def correction_initial(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed for a correction, from what it froze."""
    typed = {"ground": content["ground"], "reasons": content["reasons"]}
    typed["remedy"] = content.get("remedy", RemedyEffect.UNCHANGED)
    for number, row in enumerate(content["items"], start=1):
        typed |= {f"{part}_{number}": text for part, text in zip(("place", "wrong", "right"), row, strict=True)}
    return typed


def revocation_initial(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed for a withdrawal or revocation, from what it froze."""
    names = ("ground", "for_past", "known_on", "reasons", "hearing", "further_orders")
    return {name: content.get(name) for name in names}


def _digest(quote: str) -> str:
    return hashlib.sha256(quote.encode()).hexdigest()


def _shortened(quote: str) -> str:
    return quote if len(quote) <= SHOWN else quote[: SHOWN - 1].rstrip() + "…"


def choose(field: forms.Field, choices: list[tuple[str, str]], doubt: str) -> None:
    """Give a field its choices, and what is doubtful about them; a lone one is chosen."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    field.help_text = doubt
    if len(choices) == 1:
        field.initial = choices[0][0]
