"""Make the documents of a demo application: PDF/A-2 files as NBauVorlVO, Anlage 1 asks for, the same on every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from zoneinfo import ZoneInfo

from fontTools.ttLib import TTFont
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from demo.plans.house import house_of, storey_names
from demo.plans.house_drawings import draw_elevations, draw_floor_plans, draw_section
from demo.plans.paper import Drawing, choose_scale, scale_bar
from demo.plans.site_map import draw_cadastral_map, draw_site_plan
from demo.plans.texts import description, measure_of_use, official_area, statistics
from demo.town.generate import Town
from demo.town.sites import DemoSite

STYLES = Path(__file__).with_name("plans.css")
FONT_FOLDER = Path(__file__).parents[2] / "static" / "dist" / "fonts"
DRAWN_ON = date(2026, 3, 2)
BUILDER, DESIGNER = "Anna Brandt", "David Neumann, Architekt"


@dataclass(frozen=True)
class Kind:
    """A kind of document: its code in the XBau list `anlagen`, its title, and its short name in file names."""

    code: str
    title: str
    short: str
    drawing: bool


KINDS: dict[str, Kind] = {
    "baubeschreibung": Kind("1501", "Baubeschreibung", "Baubeschreibung", drawing=False),
    "liegenschaftskarte": Kind("1802", "Auszug aus der Liegenschaftskarte", "Liegenschaftskarte", drawing=False),
    "lageplan": Kind("1803", "Lageplan", "Lageplan", drawing=True),
    "berechnung": Kind("1901", "Berechnung des Maßes der baulichen Nutzung", "Mass-der-Nutzung", drawing=False),
    "grundriss": Kind("2001", "Grundrisse", "Grundrisse", drawing=True),
    "schnitt": Kind("2002", "Schnitt", "Schnitt", drawing=True),
    "ansichten": Kind("2003", "Ansichten", "Ansichten", drawing=True),
    "statistik": Kind("2501", "Erhebungsbogen für die Baustatistik", "Baustatistik", drawing=False),
}


@dataclass(frozen=True)
class PlanDocument:
    """A document of an application, ready to upload."""

    kind: str
    code: str
    title: str
    file_name: str
    content: bytes


def file_name_of(kind: str, *, drawn_on: date = DRAWN_ON, index: int = 0) -> str:
    """Return the file name, as it is also printed in the document (KeyError for an unknown kind)."""
    described = KINDS[kind]
    return f"{described.code}_{described.short}_{index:02d}_{drawn_on:%Y%m%d}.pdf"


def make_plan_pdf(
    kind: str,
    site: DemoSite,
    town: Town,
    *,
    drawn_on: date = DRAWN_ON,
    index: int = 0,
    builder: str = BUILDER,
    designer: str = DESIGNER,
) -> PlanDocument:
    """Make one document of a site.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    index : int
        Number of the revision, part of the file name and the title block.

    Raises
    ------
    KeyError
        For an unknown kind.
    """
    described = KINDS[kind]
    name = file_name_of(kind, drawn_on=drawn_on, index=index)
    block = [
        ("Vorhaben", site.proposal),
        ("Bauherrschaft", builder),
        ("Entwurfsverfasser", designer),
        ("Baugrundstück", f"{site.address}, {site.postal_code} {site.place}"),
        ("Flurstück", "; ".join(site.parcel_labels)),
        ("Datum / Index", f"{drawn_on:%d.%m.%Y} / {index:02d}"),
        ("Datei", name),
    ]
    if kind == "liegenschaftskarte":
        body = _cadastral_sheet(site, town, name, drawn_on)
    elif described.drawing:
        drawing, scale = _drawing(kind, site, town)
        body = _drawing_sheet(described.title, drawing, scale, block)
    else:
        writers: dict[str, Callable[[], str]] = {
            "baubeschreibung": lambda: description(site, house_of(site)),
            "berechnung": lambda: measure_of_use(site, house_of(site), town),
            "statistik": lambda: statistics(site, house_of(site)),
        }
        body = _text_sheet(described.title, writers[kind](), block)
    html = (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(described.title)}: '
        f'{escape(site.proposal)}</title><meta name="author" content="{escape(designer)}"></head>'
        f'<body class="{kind}">{body}</body></html>'
    )
    return PlanDocument(kind, described.code, described.title, name, _pdf(html, drawn_on))


def make_documents(site: DemoSite, town: Town, *, drawn_on: date = DRAWN_ON, index: int = 0) -> list[PlanDocument]:
    """Make all documents of an application, in the order of their codes."""
    return [make_plan_pdf(kind, site, town, drawn_on=drawn_on, index=index) for kind in KINDS]


def _drawing(kind: str, site: DemoSite, town: Town) -> tuple[Drawing, int]:
    house = house_of(site)
    if kind == "lageplan":
        x0, y0, x1, y1 = site.geometry.bounds
        scale = choose_scale((x1 - x0, y1 - y0), (190, 170), (250, 500)) if not house.is_hall else 500
        return draw_site_plan(town, site, (400, 277), scale), scale
    count = len(storey_names(house))
    if kind == "grundriss":
        scale = choose_scale((house.width * count, house.depth), (330 - 34 * (count - 1), 158), (100, 200, 250))
        return draw_floor_plans(house, scale), scale
    if kind == "schnitt":
        scale = choose_scale((house.depth, house.ridge), (230, 160), (100, 200, 250))
        return draw_section(house, scale), scale
    scale = choose_scale((house.width, house.ridge), (140, 92), (100, 200, 250))
    return draw_elevations(house, scale), scale


def _rows(rows: list[tuple[str, str]]) -> str:
    return "".join(f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td></tr>' for a, b in rows)


def _drawing_sheet(title: str, drawing: Drawing, scale: int, block: list[tuple[str, str]]) -> str:
    return (
        f'<main class="sheet"><div class="drawing">{drawing.svg()}</div><section class="block"><h1>{escape(title)}</h1>'
        f'<table>{_rows(block)}</table><div class="scale"><span>M 1:{scale}</span>{scale_bar(scale)}</div>'
        '<p class="note">Demo: Personen, Orte und Pläne sind erfunden.</p></section></main>'
    )


def _text_sheet(title: str, content: str, block: list[tuple[str, str]]) -> str:
    return (
        f'<main class="text"><h1>{escape(title)}</h1><table class="head">{_rows(block)}</table>{content}'
        '<p class="note">Demo: Personen, Orte und Angaben sind erfunden.</p></main>'
    )


def _cadastral_sheet(site: DemoSite, town: Town, name: str, drawn_on: date) -> str:
    scale = 1000
    drawing = draw_cadastral_map(town, site, (180, 196), scale)
    rows = [
        ("Gemeinde", site.place),
        ("Flurstück", "; ".join(site.parcel_labels)),
        ("Flurstückskennzeichen", ", ".join(site.parcels)),
        ("Lage", site.address),
        ("Amtliche Fläche", f"{official_area(site, town):,d} m²".replace(",", "\u202f")),
        ("Datei", name),
    ]
    return (
        '<main class="cadastre"><header><h1>Auszug aus dem Liegenschaftskataster</h1>'
        f"<p>Liegenschaftskarte 1:{scale} · Erstellt am {drawn_on:%d.%m.%Y} · "
        f"Katasteramt {escape(site.place)} (Demo)</p>"
        f'</header><div class="drawing">{drawing.svg()}</div><section><table>{_rows(rows)}</table>'
        f'<div class="scale"><span>M 1:{scale}</span>{scale_bar(scale)}</div></section>'
        '<p class="note">Demo: erfundene Liegenschaften, keine amtliche Auskunft. '
        "Lagebezug ETRS89/UTM, Zone 32.</p></main>"
    )


def _pdf(html: str, drawn_on: date) -> bytes:
    moment = datetime.combine(drawn_on, time(9), ZoneInfo("Europe/Berlin"))
    stamped = html.replace(
        "</head>",
        f'<meta name="dcterms.created" content="{moment.isoformat()}">'
        f'<meta name="dcterms.modified" content="{moment.isoformat()}"></head>',
    )
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "Fira Sans"; font-weight: {weight}; src: url("{_unpacked(name).as_uri()}") }}'
        for weight, name in ((400, "FiraSans-Regular.woff2"), (600, "FiraSans-SemiBold.woff2"))
        if (FONT_FOLDER / name).is_file()
    )
    source = stamped.replace("</head>", f"<style>{faces}{STYLES.read_text(encoding='utf-8')}</style></head>")
    document = HTML(string=source).render(font_config=fonts)
    return cast(bytes, document.write_pdf(pdf_variant="pdf/a-2u", pdf_identifier=b"bauakte-demo"))


@lru_cache(maxsize=8)
def _unpacked(name: str) -> Path:
    """Return the font as TrueType: unpacking WOFF2 takes longer than making a whole document."""
    target = Path(_fonts_folder().name) / f"{name}.ttf"
    with TTFont(FONT_FOLDER / name) as font:
        font.flavor = None
        font.save(target)
    return target


@lru_cache(maxsize=1)
def _fonts_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="bauakte-fonts-")
