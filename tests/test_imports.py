"""Who may import whom: gis and reports know nothing of ours, and permits knows them through named modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
OURS = {"config", "workflows", "permits", "gis", "reports", "demo", "bench"}
ALLOWED = {
    "gis": {"gis"},
    "reports": {"reports"},
    "permits": {"permits"},
    "workflows": {"workflows", "permits"},
    "config": OURS,
    "demo": OURS,
    "bench": OURS,
}
# The few modules through which permits reaches a lower package; a new one needs a reason in review.
GATEWAYS = {
    # gis: checking plans, layers in force and what is read from them, titles and roles for people
    "permits/services/checking.py": {"gis"},
    "permits/services/plan_reading.py": {"gis"},
    "permits/services/result_drawings.py": {"gis"},
    "permits/selectors/plan_objects.py": {"gis"},
    "permits/selectors/plan_sketch.py": {"gis"},
    "permits/selectors/layers.py": {"gis"},
    "permits/selectors/layer_sources.py": {"gis"},
    "permits/selectors/parcels.py": {"gis"},
    "permits/selectors/geo.py": {"gis"},
    "permits/views/geo.py": {"gis"},
    "permits/check_titles.py": {"gis"},
    "permits/block_triggers.py": {"gis"},
    "permits/checks.py": {"gis"},
    "permits/forms/applications/files.py": {"gis"},
    "permits/management/commands/check_site_plans.py": {"gis"},
    # gis: comparing two states of a layer or of a plan
    "permits/selectors/changed_parcels.py": {"gis"},
    "permits/management/commands/compare_layers.py": {"gis"},
    "permits/management/commands/compare_plans.py": {"gis"},
    "permits/management/commands/import_layer.py": {"gis"},
    "permits/management/archive_limits.py": {"gis"},
    "permits/management/commands/import_cadastre.py": {"gis"},
    "permits/management/layer_reports.py": {"gis"},
    # gis: binding plans are read and stored, and layers derived from them
    "permits/management/commands/import_plan.py": {"gis"},
    "permits/management/plan_summary.py": {"gis"},
    "permits/management/binding_plan_limits.py": {"gis"},
    "permits/selectors/snapshot_details.py": {"gis"},
    "permits/services/plans.py": {"gis"},
    "permits/services/derived_layers.py": {"gis"},
    "permits/services/layer_store.py": {"gis"},
    # reports: contexts of our papers, rendering and sealing, sealing the log
    "permits/services/documents_out.py": {"reports"},
    "permits/services/letters/frame.py": {"reports"},
    "permits/services/letters/parts.py": {"reports"},
    "permits/services/letters/samples.py": {"reports"},
    "permits/services/letterheads.py": {"reports"},
    "permits/services/letters/deadlines.py": {"reports"},
    "permits/services/letters/changes.py": {"reports"},
    "permits/services/letters/notice.py": {"reports"},
    "permits/services/letters/procedure.py": {"reports"},
    "permits/services/findings_out.py": {"reports"},
    "permits/services/letters/check_report.py": {"reports"},
    "permits/services/letters/file_index.py": {"reports"},
    "permits/services/letters/site_sign.py": {"reports"},
    "permits/services/letters/addressees.py": {"reports"},
    "permits/services/letters/cover_letter.py": {"reports"},
    "permits/services/reports_out.py": {"reports"},
    "permits/checks_sealing.py": {"reports"},
    "permits/services/sealing.py": {"reports"},
    "permits/services/sealing_forms.py": {"reports"},
    "permits/services/sealing_state.py": {"reports"},
    "permits/services/sealing_uses.py": {"reports"},
    "permits/services/paper_contexts.py": {"reports"},
    "permits/services/paper_faults.py": {"reports"},
    "permits/services/signature_checks.py": {"reports"},
    # names of kinds of papers, and of signers; sizes of files as papers print them
    "permits/templatetags/kern.py": {"reports"},
    "permits/selectors/register.py": {"reports"},
    "permits/selectors/signatures.py": {"reports"},
    "permits/letter_language/values.py": {"reports"},
    "permits/services/notice_checks.py": {"reports"},
    "permits/services/audit_seals.py": {"reports"},
}
FORBIDDEN = {
    "gis": ("django",),
    "reports": ("django.db", "django.http", "django.contrib", "django.conf", "viewflow"),
}
FILES = sorted(path for package in ALLOWED for path in (PROJECT / package).rglob("*.py"))


def imported_modules(source: str, package: tuple[str, ...]) -> Iterator[str]:
    """Yield the full name of everything that ``source``, a module of ``package``, imports, also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PROJECT)) for path in FILES])
def test_a_module_imports_only_what_lies_below_it(path: Path) -> None:
    place = path.relative_to(PROJECT)
    package, name = place.parts[0], place.as_posix()
    modules = list(imported_modules(path.read_text(), place.parts[:-1]))
    closed = OURS - ALLOWED[package] - GATEWAYS.get(name, set())
    wrong = {module for module in modules if module.split(".")[0] in closed}
    wrong |= {
        module for module in modules for barred in FORBIDDEN.get(package, ()) if f"{module}.".startswith(f"{barred}.")
    }
    assert not wrong, f"{name} must not import {sorted(wrong)}"


def test_the_walk_sees_relative_and_nested_imports() -> None:
    source = "from ..rules import load_rules\nfrom . import x\ndef f():\n    import django.db\n"
    assert set(imported_modules(source, ("gis", "checks"))) == {"gis.rules.load_rules", "gis.checks.x", "django.db"}
