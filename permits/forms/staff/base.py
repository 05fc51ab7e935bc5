"""What the forms of the authority's pages share."""

from typing import Any

from django import forms

TWO_ROWS = {"rows": 3}


def text_area(
    label: str,
    *,
    required: bool = True,
    rows: int = 4,
    limit: int = 5000,
    hint: str = "",
    needed_later: bool = False,
) -> forms.CharField:
    """Return a field for running text; line ends are stored as newlines.

    ``needed_later``: a draft may leave it empty, so it is not required, but it is not called optional either.
    """
    return PlainTextField(
        label=label,
        required=required and not needed_later,
        needed_later=needed_later,
        max_length=limit,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PlainTextField(forms.CharField):
    """Running text with ``\\n`` line ends, however the browser sends them."""

    def __init__(self, *, needed_later: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.needed_later = needed_later

    def to_python(self, value: object) -> str:
        """Return the text with newlines."""
        text = super().to_python(value)
        return (text or "").replace("\r\n", "\n")
