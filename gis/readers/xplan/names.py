"""Names of XPlanGML and GML that the reader must know; everything else is taken as it comes, by local name."""

GML_IDS = ("{http://www.opengis.net/gml/3.2}id", "{http://www.opengis.net/gml}id")
HREF = "{http://www.w3.org/1999/xlink}href"

GEOMETRIES = frozenset(
    {
        "Point", "MultiPoint", "LineString", "Curve", "CompositeCurve", "OrientableCurve", "MultiCurve",
        "MultiLineString", "Polygon", "Surface", "CompositeSurface", "OrientableSurface", "MultiSurface",
        "MultiPolygon", "MultiGeometry", "GeometryCollection", "Solid", "MultiSolid", "PolyhedralSurface", "Tin",
    }
)  # fmt: skip

PLAN = "BP_Plan"
PART = "BP_Bereich"
TEXTS = frozenset({"XP_TextAbschnitt", "BP_TextAbschnitt", "FP_TextAbschnitt", "SO_TextAbschnitt", "LP_TextAbschnitt"})
REASONS = "XP_BegruendungAbschnitt"
#: How a plan is drawn, not what it says (package XP_Praesentationsobjekte).
PRESENTATION = frozenset(
    {"XP_Praesentationsobjekt", "XP_PPO", "XP_LPO", "XP_FPO", "XP_PTO", "XP_LTO", "XP_Nutzungsschablone"}
)

#: Whole numbers (BP_Objekt and its classes, XPlanGML 5.0–6.x).
WHOLE = frozenset(
    {
        "Z", "Zmin", "Zmax", "Zzwingend", "Z_Ausn", "Z_Staffel", "Z_Dach",
        "ZU", "ZUmin", "ZUmax", "ZUzwingend", "ZU_Ausn", "MaxZahlWohnungen", "geschossMin", "geschossMax",
        "ebene", "erstellungsMassstab", "Zahl", "anzahl",
    }
)  # fmt: skip
#: Ratios and measures. Where a unit stands with it, the value becomes metres, m², m³ or degrees.
NUMBERS = frozenset(
    {
        "GRZ", "GRZmin", "GRZmax", "GRZ_Ausn", "GFZ", "GFZmin", "GFZmax", "GFZ_Ausn", "BMZ", "BMZ_Ausn",
        "GR", "GRmin", "GRmax", "GR_Ausn", "GF", "GFmin", "GFmax", "GF_Ausn", "BM", "BM_Ausn",
        "Fmin", "Fmax", "Bmin", "Bmax", "Tmin", "Tmax", "GFAntWohnen", "GFAntGewerbe", "GFWohnen", "GFGewerbe",
        "VF", "MinGRWohneinheit", "bautiefe", "bezugshoehe", "h", "hMin", "hMax", "hZwingend",
        "DN", "DNmin", "DNmax", "DNZwingend", "DNmaxZwingend", "nordwinkel", "breite", "lichtraumhoehe",
    }
)  # fmt: skip
#: Unit → factor to metres, m², m³, degrees (gml:uom as XPlanung's rules name them, and what is met besides).
UNITS = {
    "m": 1.0, "urn:adv:uom:m": 1.0, "urn:ogc:def:uom:ucum::m": 1.0, "meter": 1.0, "metre": 1.0,
    "mm": 0.001, "cm": 0.01, "dm": 0.1, "km": 1_000.0,
    "m2": 1.0, "m²": 1.0, "qm": 1.0, "urn:adv:uom:m2": 1.0, "a": 100.0, "ha": 10_000.0, "km2": 1_000_000.0,
    "m3": 1.0, "m³": 1.0, "cbm": 1.0, "urn:adv:uom:m3": 1.0,
    "grad": 1.0, "deg": 1.0, "degree": 1.0, "°": 1.0, "urn:adv:uom:grad": 1.0,
}  # fmt: skip
#: Links that only say how something is drawn or explained: a broken one changes no right.
DRAWING_LINKS = frozenset({"wirdDargestelltDurch", "dientZurDarstellungVon", "praesentationsobjekt"})
EXPLAINING_LINKS = frozenset({"refBegruendungInhalt", "begruendungsTexte"})
