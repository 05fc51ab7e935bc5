"""Who writes to whom in the samples, about which case; findings, remedy and a plan that several papers share."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reports.contexts import (
    ApprovedDocument,
    CaseReference,
    Contact,
    FindingRow,
    Letterhead,
    ParcelRow,
    Recipient,
    SealInfo,
    SealLevel,
    Signatory,
    SiteDrawing,
    Verification,
)

SEALED_AT = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
SERIAL = "MUS-2026-000042"

CREST = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 72" width="20mm" height="24mm">
<path d="M4 4h52v34c0 17-13 26-26 31C17 64 4 55 4 38z" fill="#1f3b5c"/>
<path d="M12 40h36M14 40V24h6v5h5v-9h10v9h5v-5h6v16" fill="none" stroke="#fff" stroke-width="3"/>
<path d="M14 50c5-4 8 4 13 0s8 4 13 0 4 1 6 0" fill="none" stroke="#fff" stroke-width="2.5"/></svg>"""

# 1:500: a plot of 25 m by 36 m is 50 mm by 72 mm on paper.
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="170mm" height="150mm" viewBox="0 0 170 150">
<rect x="0.2" y="0.2" width="169.6" height="149.6" fill="#fff" stroke="#555" stroke-width="0.3"/>
<g fill="#f3f1ea" stroke="#444" stroke-width="0.25">
<path d="M10 30h50v72H10z"/><path d="M60 30h50v72H60z"/><path d="M110 30h50v72h-50z"/></g>
<path d="M0.4 104h169.2v14H0.4z" fill="#e4e4e4"/>
<path d="M60 30h50v72H60z" fill="none" stroke="#b3261e" stroke-width="0.7"/>
<path d="M72 56h24v20H72z" fill="#c7d6e8" stroke="#1f3b5c" stroke-width="0.5"/>
<path d="M14 58h22v18H14zM126 54h22v20h-22z" fill="#d9d9d9" stroke="#777" stroke-width="0.3"/>
<g font-family="Arial" font-size="3" fill="#222">
<text x="70" y="113">Lindenstraße</text><text x="62" y="36">17/4</text><text x="12" y="36">17/3</text>
<text x="112" y="36">17/5</text><text x="75" y="67">Neubau, II</text><text x="97" y="67">7,00 m</text>
</g>
<path d="M96 69h14" stroke="#b3261e" stroke-width="0.3"/>
<g stroke="#222" fill="#222"><path d="M155 24V10l-3 8h6l-3-8" stroke-width="0.4"/></g>
<text x="153.4" y="28" font-size="4">N</text>
<g transform="translate(10 136)"><path d="M0 0h20v2H0zM40 0h20v2H40z" fill="#222"/>
<path d="M0 0h60v2H0z" fill="none" stroke="#222" stroke-width="0.2"/>
<g font-size="3"><text x="0" y="6">0</text><text x="18" y="6">10</text><text x="38" y="6">20</text>
<text x="57" y="6">30 m</text></g></g></svg>"""

LETTERHEAD = Letterhead(
    authority_name="Stadt Musterstadt",
    unit="Fachbereich Planen und Bauen · Untere Bauaufsichtsbehörde",
    address_lines=("Rathausplatz 1", "30999 Musterstadt"),
    return_line="Stadt Musterstadt · Rathausplatz 1 · 30999 Musterstadt",
    phone="0511 5550-0",
    email="bauaufsicht@musterstadt.example",
    website="www.musterstadt.example",
    place="Musterstadt",
    signature_lines=("Im Auftrag",),
    footer_columns=(
        ("Stadt Musterstadt", "Rathausplatz 1", "30999 Musterstadt"),
        ("Sprechzeiten", "Mo–Fr 8–12 Uhr, Do 14–18 Uhr", "und nach Vereinbarung"),
        ("Telefon 0511 5550-0", "bauaufsicht@musterstadt.example", "www.musterstadt.example"),
    ),
    crest_svg=CREST,
    crest_alternative="Wappen der Stadt Musterstadt",
)
RECIPIENT = Recipient(
    address_lines=("Frau", "Annika Brandt", "Lindenstraße 12", "30999 Musterstadt"),
    salutation="Sehr geehrte Frau Brandt,",
)
CONTACT = Contact(name="Claas Petersen", phone="0511 5550-231", email="c.petersen@musterstadt.example", room="2.14")
CASE = CaseReference(
    case_number="63-00042-2026",
    proposal="Neubau eines Einfamilienhauses mit Garage",
    site_address="Lindenstraße 14, 30999 Musterstadt",
    applicant="Annika Brandt",
    procedure="Vereinfachtes Baugenehmigungsverfahren (§ 63 NBauO)",
    applied_on=date(2026, 9, 28),
)
SEAL = SealInfo(level=SealLevel.DEMO, serial=SERIAL, sealed_at=SEALED_AT)
VERIFICATION = Verification(
    url="https://bau.musterstadt.example/pruefen/MUS-2026-000042/",
    number="MUS-2026-000042",
    code="K7QF-92HM-XD4T",
)
SIGNATORIES = (
    Signatory(name="Claas Petersen", role="Sachbearbeitung"),
    Signatory(name="Dr. Renate Vogt", role="Leitung der Bauaufsicht"),
)
FINDINGS = (
    FindingRow(
        title="Grenzabstand",
        legal_basis="§ 5 NBauO",
        value="7,00 m",
        limit="mind. 3,00 m",
        assessment="eingehalten",
    ),
    FindingRow(
        title="Grundflächenzahl (GRZ I)",
        legal_basis="§ 19 BauNVO",
        value="0,22",
        limit="höchst. 0,40",
        assessment="eingehalten",
    ),
    FindingRow(
        title="Lage auf dem Baugrundstück",
        legal_basis="§ 4 NBauO",
        value="0,0 m² außerhalb",
        limit="0 m²",
        assessment="eingehalten",
    ),
)
# As the authority sees it, against the check.
OVERRIDDEN = FindingRow(
    title="Schutzgebiete und Festlegungen",
    legal_basis="§ 26 BNatSchG",
    value="1 Treffer",
    limit="0 Treffer",
    assessment="nicht betroffen",
    computed="Hinweis",
    reason="Das Landschaftsschutzgebiet endet nach der Karte zur Verordnung an der Straße.",
)
REMEDY = (
    (
        "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch erhoben werden. Der "
        "Widerspruch ist bei der Stadt Musterstadt, Rathausplatz 1, 30999 Musterstadt, schriftlich, in elektronischer "
        "Form oder zur Niederschrift einzulegen."
    ),
)

ASK = "Claas Petersen, Telefon 0511 5550-231, c.petersen@musterstadt.example"

COMMON: dict[str, Any] = {
    "letterhead": LETTERHEAD,
    "recipient": RECIPIENT,
    "contact": CONTACT,
    "case": CASE,
    "dated_on": date(2026, 11, 20),
    "seal": SEAL,
    "verification": VERIFICATION,
    "signatories": SIGNATORIES,
}


SITE_PLAN = SiteDrawing(
    svg=DRAWING,
    text_alternative="Lageplan: Flurstück 17/4 an der Lindenstraße. Der Neubau steht mittig, 7,00 m von der "
    "östlichen und 6,00 m von der westlichen Grundstücksgrenze entfernt.",
    scale=500,
    caption="Flurstück 17/4, Gemarkung Musterstadt, Flur 1; Liegenschaftskataster vom 1. September 2026",
)
PARCELS = (
    ParcelRow(
        parcel_id="03999900100017/0004__",
        label="17/4",
        cadastral_district="Musterstadt",
        cadastral_section="1",
        area_m2=Decimal("900"),
    ),
    ParcelRow(
        parcel_id="03999900100017/0006__",
        label="17/6",
        cadastral_district="Musterstadt",
        cadastral_section="1",
        area_m2=Decimal("48.4"),
    ),
)
APPROVED = tuple(
    ApprovedDocument(title=title, file_name=name, version=number, dated_on=day, sha256=digit * 32, pages=pages)
    for title, name, number, day, digit, pages in (
        ("Lageplan (1803)", "1803_Lageplan_01_20261012.pdf", 2, date(2026, 10, 12), "3f", 1),
        ("Grundrisse (2001)", "2001_Grundrisse_00_20260925.pdf", 1, date(2026, 9, 25), "a7", 3),
        ("Schnitte (2002)", "2002_Schnitte_00_20260925.pdf", 1, date(2026, 9, 25), "0c", 2),
        ("Ansichten (2003)", "2003_Ansichten_00_20260925.pdf", 1, date(2026, 9, 25), "9e", 4),
    )
)

# The geometry behind the drawing, as it goes into the notice for machines (EPSG:25832).
SITE_PLAN_GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"role": "main_building", "wall_height_m": 6.4, "storeys": 2},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [
                            [550012.0, 5804010.0],
                            [550023.5, 5804010.0],
                            [550023.5, 5804019.0],
                            [550012.0, 5804019.0],
                            [550012.0, 5804010.0],
                        ]
                    ],
                },
            }
        ],
    },
    sort_keys=True,
)
