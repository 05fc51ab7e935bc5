"""The written documents: description of the building, measure of use, statistics form. German, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import shapely

from demo.plans.house import House
from demo.plans.paper import metres
from demo.town.generate import Town
from demo.town.sites import DemoSite

Row = tuple[str, str]


def table(rows: Sequence[Row]) -> str:
    """Return a table of two columns."""
    cells = "".join(f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td></tr>' for a, b in rows)
    return f"<table>{cells}</table>"


def area(value: float) -> str:
    """Return an area with unit, German."""
    return f"{value:,.2f} m²".replace(",", "\u202f").replace(".", ",")


def description(site: DemoSite, house: House) -> str:
    """Return the Baubeschreibung."""
    if house.is_hall:
        build = [
            ("Gründung", "Einzelfundamente aus Stahlbeton unter den Stützen, Bodenplatte 20 cm mit Randdämmung"),
            ("Tragwerk", "Stahlrahmen, Achsabstand 6,00 m"),
            ("Außenwände", "Sandwichelemente mit Mineralwolle, 14 cm, lichtgrau"),
            ("Dach", "Trapezblech mit Dämmung und Abdichtung, Neigung 3°, Photovoltaik auf der Südhälfte"),
            ("Heizung", "Luft-Wasser-Wärmepumpe mit Deckenstrahlplatten"),
        ]
        use = [
            ("Nutzung", f"{house.use}, eine Schicht von 6 bis 18 Uhr, 8 Beschäftigte"),
            ("Lagergut", "nicht brennbare Bauteile in Regalen bis 5 m Höhe"),
            ("Stellplätze", "8 Einstellplätze, davon 1 barrierefrei; 6 Fahrradabstellplätze"),
        ]
    else:
        build = [
            ("Gründung", "Stahlbetonbodenplatte 25 cm auf Perimeterdämmung, frostfreie Streifenfundamente"),
            ("Außenwände", "Kalksandstein 17,5 cm mit Wärmedämmverbundsystem 18 cm, heller Putz"),
            ("Innenwände", "Kalksandstein 11,5 cm und 17,5 cm, verputzt"),
            ("Decken", "Stahlbeton 20 cm, schwimmender Estrich"),
            ("Dach", f"Satteldach, {house.pitch_degrees:.0f}° Neigung, rote Tonziegel, Dämmung zwischen den Sparren"),
            ("Fenster", "Kunststoff-Aluminium, Dreischeiben-Wärmeschutzglas"),
            ("Heizung", "Luft-Wasser-Wärmepumpe, Fußbodenheizung; Lüftung mit Wärmerückgewinnung"),
            ("Solaranlage", "Photovoltaik 9,8 kWp auf der Südseite des Daches (mindestens 50 % der Dachfläche)"),
        ]  # fmt: skip
        use = [
            ("Nutzung", f"{house.use}, {house.dwellings or 1} Wohneinheit{'en' if house.dwellings > 1 else ''}"),
            ("Stellplätze", "2 Einstellplätze auf dem Grundstück, 4 Fahrradabstellplätze"),
            ("Freiflächen", "Nicht überbaute Flächen werden begrünt und bepflanzt; keine Schotterflächen"),
        ]
    size = [
        ("Grundfläche", area(site.main.geometry.area)),
        ("Brutto-Rauminhalt", f"{house.volume_m3:,.0f} m³".replace(",", "\u202f")),
        ("Vollgeschosse", str(house.storeys)),
        ("Wandhöhe / Firsthöhe", f"{metres(house.eaves)} m / {metres(house.ridge)} m über Gelände"),
        ("Gebäudeklasse", "3" if house.is_hall or house.dwellings > 2 else "1"),
    ]
    supply = [
        ("Erschließung", f"unmittelbar an der öffentlichen Straße „{site.address.rpartition(' ')[0]}“"),
        ("Wasser und Strom", f"Anschluss an das Netz der Stadtwerke {site.place}"),
        ("Schmutzwasser", "Anschluss an den öffentlichen Kanal"),
        ("Regenwasser", "Versickerung über die belebte Bodenzone in einer Mulde auf dem Grundstück"),
    ]
    return (
        f"<h2>1 Vorhaben</h2><p>{escape(site.proposal)} auf dem Grundstück {escape(site.address)} in "
        f"{escape(site.postal_code)} {escape(site.place)}, {escape('; '.join(site.parcel_labels))}. Das Grundstück ist "
        f"{area(site.area_m2)} groß.</p>{table(size)}"
        f"<h2>2 Nutzung</h2>{table(use)}<h2>3 Bauart und Baustoffe</h2>{table(build)}"
        f"<h2>4 Erschließung und Entwässerung</h2>{table(supply)}"
        "<h2>5 Erklärung</h2><p>Das Vorhaben entspricht nach Auffassung der Entwurfsverfasserin oder des "
        "Entwurfsverfassers dem öffentlichen Baurecht, soweit nicht Abweichungen beantragt sind.</p>"
    )


def official_area(site: DemoSite, town: Town) -> int:
    """Return the area of the site in the register, in m²."""
    frame = town.layers[site.municipality]["parcels"]
    return int(frame.loc[frame["parcel_id"].isin(site.parcels), "official_area_m2"].sum())


MAIN_ROLES = {"main_building", "existing_building"}
ROLE_TITLES = {
    "main_building": "Hauptgebäude (Neubau)",
    "existing_building": "Vorhandenes Gebäude",
    "terrace": "Terrasse",
    "garage": "Garage",
    "driveway": "Zufahrt",
    "parking": "Stellplätze",
    "underground": "Unterirdische Anlage (über das Hauptgebäude hinaus angerechnet)",
    "to_be_demolished": "Abzubrechendes Gebäude (nicht angerechnet)",
}


def measure_of_use(site: DemoSite, house: House, town: Town) -> str:
    """Return the calculation of GRZ and GFZ (BauNVO §§ 19, 20)."""
    zones = town.layers[site.municipality]["zoning"]
    here = zones[zones.geometry.intersects(site.geometry.centroid)]
    first = shapely.union_all([f.geometry for f in site.features if f.role in MAIN_ROLES | {"terrace"}])
    every = shapely.union_all([f.geometry for f in site.features if f.role != "to_be_demolished"])
    plot = official_area(site, town)
    lines = [(ROLE_TITLES[f.role], area(f.geometry.area)) for f in site.features]
    first_m2, every_m2 = first.intersection(site.geometry).area, every.intersection(site.geometry).area
    floors = site.main.geometry.area * house.storeys
    ratios = [
        ("Grundstücksfläche (amtlich)", f"{plot} m²"),
        ("Grundfläche der Hauptanlagen", area(first_m2)),
        ("GRZ I", metres(first_m2 / plot, 3)),
        ("Grundfläche mit Garagen, Stellplätzen, Zufahrten", area(every_m2)),
        ("GRZ II", metres(every_m2 / plot, 3)),
        ("Geschossfläche der Vollgeschosse", area(floors)),
        ("GFZ", metres(floors / plot, 3)),
    ]
    if len(here):
        row = here.iloc[0]
        rule = (
            f"Es gilt der Bebauungsplan {row['plan_id']} „{row['plan_name']}“: {row['zone']}, "
            f"GRZ {metres(row['grz'])}, GFZ {metres(row['gfz'])}."
        )
    else:
        rule = "Ein Bebauungsplan besteht nicht; das Vorhaben ist nach § 34 BauGB zu beurteilen."
    return (
        f"<h2>1 Festsetzungen</h2><p>{escape(rule)}</p><h2>2 Flächen der Anlagen</h2>{table(lines)}"
        f"<h2>3 Maß der baulichen Nutzung</h2>{table(ratios)}"
        "<p>Überlagerungen sind einfach gezählt. Die Flächen sind aus den Koordinaten des Lageplans ermittelt.</p>"
    )


def statistics(site: DemoSite, house: House) -> str:
    """Return the answers for the building statistics (Hochbaustatistikgesetz)."""
    cost = round(house.volume_m3 * (140 if house.is_hall else 460), -3)
    living = house.footprint_m2 * house.storeys * 0.78
    general = [
        ("Anschrift der Baustelle", f"{site.address}, {site.postal_code} {site.place}"),
        ("Art der Bautätigkeit", "Abbruch und Errichtung" if site.key == "ersatzbau" else
         "Baumaßnahme an einem bestehenden Gebäude" if site.key == "anbau" else "Errichtung eines neuen Gebäudes"),
        ("Art des Bauherrn", "Unternehmen" if house.is_hall else "Privater Haushalt"),
        ("Art des Gebäudes", house.use),
    ]  # fmt: skip
    size = [
        ("Zahl der Vollgeschosse", str(house.storeys)),
        ("Rauminhalt (Brutto)", f"{house.volume_m3:,.0f} m³".replace(",", "\u202f")),
        ("Nutzfläche (ohne Wohnfläche)", f"{house.footprint_m2 * 0.9 if house.is_hall else living * 0.1:.0f} m²"),
        ("Wohnfläche", "0 m²" if house.is_hall else f"{living:.0f} m²"),
        ("Zahl der Wohnungen", str(0 if house.is_hall else house.dwellings or 1)),
        ("Räume insgesamt", "0" if house.is_hall else str(3 + 3 * (house.storeys - 1))),
        ("Veranschlagte Kosten", f"{cost:,.0f} €".replace(",", "\u202f")),
    ]  # fmt: skip
    energy = [
        ("Überwiegend verwendeter Baustoff", "Stahl" if house.is_hall else "Kalksandstein"),
        ("Vorwiegende Art der Beheizung", "Einzelheizung, Wärmepumpe"),
        ("Primäre Heizenergie", "Umweltthermie (Luft)"),
        ("Warmwasserbereitung", "Umweltthermie (Luft)"),
        ("Lüftungsanlage", "ja, mit Wärmerückgewinnung"),
    ]
    return (
        f"<h2>Angaben zum Bauvorhaben</h2>{table(general)}<h2>Größe des Bauvorhabens</h2>{table(size)}"
        f"<h2>Bauweise und Energie</h2>{table(energy)}"
    )
