"""The document in docs/howto/add-a-document.md is one, as the page says."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.template import Engine

import reports.html
from reports.contexts import DocumentContext
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.registry import KINDS
from tests.reports.reading import heard
from tools.verapdf import validate

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs/howto/add-a-document.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
CONTEXT, SAMPLE = (text for language, text in BLOCKS if language == "python")
[TEMPLATE] = (text for language, text in BLOCKS if language == "html")


def laid_down(name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that ``code`` would be in a file of that name."""
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(code, f"{PAGE.name}: {name}", "exec"), module.__dict__)
    return module


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DocumentContext]:
    """The sample of the page, its kind and template in place."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "start_confirmation.html").write_text(TEMPLATE, encoding="utf-8")
    folders = [str(tmp_path), str(reports.html.TEMPLATES)]
    engine = Engine(dirs=folders, builtins=["reports.template_filters"], autoescape=True)
    monkeypatch.setattr(reports.html, "_engine", lambda: engine)
    laid_down("reports.contexts.start_confirmation", CONTEXT, monkeypatch)
    try:
        yield laid_down("reports.samples.start_confirmation", SAMPLE, monkeypatch).SAMPLES["start_confirmation"]
    finally:
        del KINDS["start_confirmation"]


def test_the_document_of_the_page_is_a_letter_that_passes_both_standards(
    sample: DocumentContext, fonts: FontSet, tmp_path: Path
) -> None:
    done = render_document(sample, fonts=fonts)
    assert (done.kind, done.template_version, sample.heading) == (
        "start_confirmation",
        "1",
        "Bestätigung des Baubeginns",
    )
    runs = heard(done.pdf)
    order = ["Das Wichtigste in Kürze", "Sehr geehrte Frau Brandt,", "1. März 2027", "das Ende der Bauarbeiten"]
    assert [run for run in runs if run in order] == order
    (tmp_path / "start.pdf").write_bytes(done.pdf)
    assert [verdict.failed for verdict in validate([tmp_path / "start.pdf"], ["3a", "ua1"])] == [{}, {}]


def test_the_page_names_parts_filters_and_blocks_that_exist() -> None:
    text = PAGE.read_text("utf-8")
    templates = PROJECT / "templates" / "reports"
    [parts] = re.findall(r"`reports/partials/`: (.*?)\.\n\*", text, re.DOTALL)
    assert all((templates / "partials" / f"{name}.html").is_file() for name in re.findall(r"`(\w+)`", parts))
    [filters] = re.findall(r"Filters: (.*?)\.\n", text, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", filters)) <= set(reports.html._engine().template_builtins[-1].filters)
    [blocks] = re.findall(r"Blocks of `base.html`: (.*?)\. Blocks", text, re.DOTALL)
    [more] = re.findall(r"Blocks of `decision.html`: (.*?)\.\n\*", text, re.DOTALL)
    for file, names in (("base.html", blocks), ("decision.html", more)):
        source = (templates / file).read_text("utf-8")
        assert all(f"{{% block {name} %}}" in source for name in re.findall(r"`(\w+)`", names))
