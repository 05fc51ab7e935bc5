"""Forms in KERN design: labels, hints, errors and ids as assistive technology needs them."""

from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.conf import settings
from django.forms.renderers import BaseRenderer, EngineMixin
from django.template.backends.django import DjangoTemplates

from permits.services.sealing import unprintable

UNPRINTABLE = "Diese Zeichen lassen sich nicht drucken. Bitte ersetzen Sie sie: {characters}."
INPUT_CLASS = "kern-form-input__input"
SELECT_CLASS = "kern-form-input__select"
CHECKBOX_CLASS = "kern-form-check__checkbox"
RADIO_CLASS = "kern-form-check__radio"


class KernRenderer(EngineMixin, BaseRenderer):
    """Renders ``{{ form }}`` and ``{{ form.field.as_field_group }}`` with templates/components."""

    backend = DjangoTemplates
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class: type["KernBoundField"]
    formset_template_name = "django/forms/formsets/div.html"

    @cached_property
    def engine(self) -> DjangoTemplates:
        """Find our templates first, then Django's own for single widgets."""
        return DjangoTemplates(
            {
                "APP_DIRS": False,
                "DIRS": [settings.BASE_DIR / "templates", Path(django.forms.__path__[0]) / "templates"],
                "NAME": "kern-forms",
                "OPTIONS": {},
            }
        )

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Render a template of forms to a string."""
        return str(self.get_template(template_name).render(context, request=request)).strip()


class KernBoundField(forms.BoundField):
    """A field that knows which KERN markup it needs. Django adds ``aria-describedby`` and ``aria-invalid``."""

    @property
    def kind(self) -> str:
        """``choices`` (radio buttons, several checkboxes), ``checkbox``, ``select``, ``file`` or ``input``."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "choices"
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.Select):
            return "select"
        return "file" if isinstance(widget, forms.FileInput) else "input"

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add KERN's classes to what Django adds."""
        built = super().build_widget_attrs(attrs, widget)
        used = widget or self.field.widget
        name = _class_of(used)
        if name:
            mark = f"{name}--error" if self.errors else ""
            built["class"] = " ".join(filter(None, [name, mark, used.attrs.get("class", "")]))
        return built


def _class_of(widget: forms.Widget) -> str:
    # Several checkboxes first: Django derives them from radio buttons.
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
        return CHECKBOX_CLASS
    if isinstance(widget, forms.RadioSelect):
        return RADIO_CLASS
    if isinstance(widget, forms.Select):
        return SELECT_CLASS
    return "" if widget.is_hidden else INPUT_CLASS


KernRenderer.bound_field_class = KernBoundField
RENDERER = KernRenderer()


class KernMixin:
    """For forms of any base: KERN markup, German number and date input."""

    default_renderer: BaseRenderer | type[BaseRenderer] | None = RENDERER
    bound_field_class: type[forms.BoundField] | None = KernBoundField
    label_suffix = ""
    # What is typed here stands in a receipt, letter or notice: say at once what no font of ours prints.
    printed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.printed:
            for name, value in list(self.cleaned_data.items()):  # type: ignore[attr-defined]
                if isinstance(value, str) and "password" not in name and (lost := unprintable(value)):
                    self.add_error(name, UNPRINTABLE.format(characters=lost))  # type: ignore[attr-defined]


class KernForm(KernMixin, forms.Form):
    """A plain form in KERN design."""


class KernModelForm(KernMixin, forms.ModelForm):  # type: ignore[type-arg]
    """A model's form in KERN design."""


class DateInput(forms.DateInput):
    """The browser's own date field; it wants ISO dates, whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")
