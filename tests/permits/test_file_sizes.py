"""The size of a file is the same number and unit on every page and on paper."""

import re
from pathlib import Path

from django.conf import settings
from django.template import engines

from reports.formatting import NBSP, file_size

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def test_pages_print_sizes_as_papers_do() -> None:
    page = engines["django"].from_string("{% load kern %}{{ size|file_size }}")
    for size in (0, 999, 8_192, 999_950, 104_857_600):
        assert page.render({"size": size}) == file_size(size)
    assert page.render({"size": 8_192}) == f"8,2{NBSP}kB"


def test_no_page_counts_in_powers_of_two() -> None:
    users = [path.name for path in TEMPLATES.rglob("*.html") if re.search(r"\|\s*filesizeformat", path.read_text())]
    assert users == []
