"""A building on a real ALKIS parcel, drawn to scale into a notice, sealed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely
from pyproj import CRS

from gis.checks import run_checks
from gis.drawing import draw_site
from gis.layers import open_layer_file
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role, SitePlan
from reports.contexts import SiteDrawing
from reports.demo_pki import DemoPki
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples.cast import SEAL
from reports.samples.permit_notice import granted_notice
from reports.seal import seal_pdf
from reports.seal_keys import PfxKey
from reports.seal_validation import SealState, validate_seal
from tools.verapdf import validate


@pytest.mark.realdata
def test_the_drawing_of_a_real_parcel_goes_into_a_valid_notice(
    shared_data: Path, fonts: FontSet, demo_key: PfxKey, pki: DemoPki, tmp_path: Path
) -> None:
    cadastre = shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz"
    layers = {name: open_layer_file(name, cadastre) for name in ("parcels", "buildings")}
    bounds = (-1e9, -1e9, 1e9, 1e9)
    parcel = max(
        (item for item in layers["parcels"].window(bounds).geometry if 600 < item.area < 1500),
        key=lambda item: (item.minimum_clearance, item.area),
    )
    centre = parcel.representative_point()
    house = shapely.box(centre.x - 4, centre.y - 4, centre.x + 4, centre.y + 4)
    plan = SitePlan(
        plan="haus",
        features=(PlanFeature(geometry=house, role=Role.MAIN_BUILDING, wall_height_m=6.2),),
        crs=CRS.from_epsg(25832),
    )
    results = run_checks(plan, layers, load_rules("ni", date(2026, 11, 22)))
    drawing = draw_site(plan, layers, results)
    notice = granted_notice(
        drawing=SiteDrawing(svg=drawing.svg, text_alternative=drawing.text_alternative, scale=drawing.scale)
    )
    sealed = seal_pdf(render_document(notice, fonts=fonts).pdf, demo_key, seal=SEAL)
    (tmp_path / "notice.pdf").write_bytes(sealed.pdf)
    assert [verdict.failed for verdict in validate([tmp_path / "notice.pdf"], ["3a", "ua1"])] == [{}, {}]
    assert validate_seal(sealed.pdf, [pki.ca_certificate]).state is SealState.VALID
