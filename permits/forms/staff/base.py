"""What the forms of the authority's pages share."""

from django import forms

TWO_ROWS = {"rows": 3}


def text_area(
    label: str, *, required: bool = True, rows: int = 4, limit: int = 5000, hint: str = ""
) -> forms.CharField:
    """Return a field for running text; line ends are stored as newlines."""
    return PlainTextField(
        label=label,
        required=required,
        max_length=limit,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PlainTextField(forms.CharField):
    """Running text with ``\\n`` line ends, however the browser sends them."""

    def to_python(self, value: object) -> str:
        """Return the text with newlines."""
        text = super().to_python(value)
        return (text or "").replace("\r\n", "\n")
