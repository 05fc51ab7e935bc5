"""What all forms of a draft share: the revision that they were opened at, and refusals beside their fields."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from permits.errors import BauakteError, InvalidInputError, StaleError, StateError
from permits.forms.base import KernForm
from permits.models import PermitCase

INVALID, CONFLICT = 422, 409


class ServiceForm(KernForm):
    """A form whose input one service takes; what the service refuses stands beside the field, and nothing is lost."""

    refused_status = INVALID
    #: Refusals that the page answers in a way of its own.
    passed_on: tuple[type[InvalidInputError], ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form: 200, 422 invalid, 409 overtaken."""
        return self.refused_status if self.is_bound and self.errors else 200

    def carried_out(self, service: Callable[[], object]) -> bool:
        """Call ``service`` and return whether it went through; a refusal becomes an error of this form."""
        try:
            service()
        except self.passed_on:
            raise
        except (InvalidInputError, StateError) as error:
            self.refuse(error)
        return not self.errors

    def refuse(self, error: BauakteError) -> None:
        """Show the refusal of a service at its field, or above the form."""
        field = getattr(error, "field", None)
        self.add_error(field if field in self.fields else None, str(error))
        self.refused_status = INVALID if isinstance(error, InvalidInputError) else CONFLICT


class DraftForm(ServiceForm):
    """A form on a draft that two people may have open at once."""

    printed = True
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: PermitCase, **kwargs: Any) -> None:
        self.case = case
        kwargs["initial"] = {"revision": case.revision, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if self.data.get("interim"):
            # "Save for now": what is still open may stay open.
            for field in self.fields.values():
                field.required = False

    def stored(self) -> Mapping[str, Any]:
        """Return what is saved now, by field name; shown where somebody else was faster."""
        return {}

    def carried_out(self, service: Callable[[], object]) -> bool:
        """Call ``service``; where the draft has changed meanwhile, show the new state beside what was typed."""
        try:
            return super().carried_out(service)
        except StaleError as error:
            self._show_newer(error)
            return False

    def _show_newer(self, error: StaleError) -> None:
        self.refused_status = CONFLICT
        self.case.refresh_from_db(fields=["revision"])
        newer = self.stored()
        typed = dict(self.cleaned_data)
        for name, value in newer.items():
            if name in typed and typed[name] != value:
                self.add_error(name, f"Inzwischen gespeichert: {self._shown(name, value)}")
        self.add_error(None, str(error))
        # The next attempt builds on the state that the person has now seen.
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("revision")] = str(self.case.revision)
        self.data = data

    def _shown(self, name: str, value: Any) -> str:
        if value in (None, "", []):
            return "keine Angabe"
        choices = dict(_flat(getattr(self.fields[name], "choices", ())))
        values = value if isinstance(value, list) else [value]
        return "„" + ", ".join(str(choices.get(item, choices.get(str(item), item))) for item in values) + "“"


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for key, label in choices:
        flat += label if isinstance(label, list | tuple) else [(key, label)]
    return flat
