"""docs/checks.md and its drawings say what the registry, the rules and the golden cases say."""

import re

from gis.check_docs import DOCS, drawings, page
from gis.checks import CHECKS

AGAIN = "run: python -m gis.check_docs"


def test_the_page_is_what_the_registry_says() -> None:
    assert (DOCS / "checks.md").read_text("utf-8") == page(), AGAIN


def test_the_drawings_are_what_the_golden_cases_give() -> None:
    wanted = drawings()
    assert {path.name for path in (DOCS / "checks").iterdir()} == set(wanted), AGAIN
    for name, svg in wanted.items():
        assert (DOCS / "checks" / name).read_text("utf-8") == svg, f"{name}: {AGAIN}"


def test_every_check_is_explained_with_two_drawings_that_are_there() -> None:
    text = (DOCS / "checks.md").read_text("utf-8")
    for check in CHECKS.values():
        (section,) = re.findall(rf'^<a id="{check.id}"></a>\n(.*?)(?=^<a id=|\Z)', text, re.DOTALL | re.MULTILINE)
        images = re.findall(r"\]\((checks/[\w.-]+)\)", section)
        assert len(images) == 2, check.id
        assert all((DOCS / image).is_file() for image in images)
        assert all(words in section for words in (check.question, check.formula, check.inputs, "Rechnung von Hand"))
