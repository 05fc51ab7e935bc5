"""The layout of Beispielhausen: a village with farms around a green, one new street, fields; next to Musterstadt."""

from __future__ import annotations

from demo.town.layout import Block, Plan, Row, Street, TownLayout
from demo.town.musterstadt import EAST_BORDER, EAST_ROAD, RIVER

OUTLINE = (
    *EAST_BORDER, (1480, 965), (1640, 930), (1800, 950), (1980, 900), (2090, 770), (2070, 600), (2110, 430),
    (2050, 250), (2075, 90), (1990, -20), (1820, -60), (1600, -95), (1450, -85),
)  # fmt: skip

STREETS = (
    Street("Musterstädter Straße", 12, EAST_ROAD),
    Street("Am Anger", 9, ((1640, 524), (1652, 590), (1716, 622), (1790, 588), (1800, 470))),
    Street("Kirchweg", 7, ((1716, 622), (1722, 700), (1700, 780), (1712, 960))),
    Street("Mühlenweg", 8, ((1690, 508), (1676, 420), (1694, 320), (1680, 220), (1700, 130), (1690, 20), (1700, -120))),
    Street("Neue Straße", 8, ((1830, 472), (1856, 400), (1840, 320), (1770, 296), (1691, 306))),
    Street("Feldstraße", 7, ((1652, 590), (1560, 640), (1480, 660), (1340, 700))),
    Street("Schmiedeweg", 6, ((1790, 588), (1860, 620), (1950, 640), (2120, 620)), kind="track"),
)  # fmt: skip

PLANS = (
    Plan("dorf", "BP 1 Dorfkern", "Dorfkern", "1995-08-17", 1990, "MD", 0.5, 0.8, 2, "open"),
    Plan("neu", "BP 4 Neue Straße", "Neue Straße", "2021-04-15", 2017, "WA", 0.3, 0.5, 2, "open", "strip"),
)

BLOCKS = (
    Block(
        (1720, 560),
        (Row("farm", ("Am Anger", "Musterstädter Straße"), (24, 34), 27, plan="dorf"),),
        1,
        "church",
        90_000,
    ),
    Block(
        (1560, 700),
        (Row("detached", ("Feldstraße",), depth=44), Row("farm", ("Am Anger",), depth=60, plan="dorf")),
        2,
        "field",
        15_000,
    ),
    Block((1900, 760), (Row("farm", ("Am Anger", "Kirchweg"), (26, 40), 52, plan="dorf"),), 2, "field", 15_000),
    Block(
        (1560, 590),
        (Row("detached", ("Feldstraße",), depth=36), Row("mixed", ("Musterstädter Straße",), depth=46, plan="dorf")),
        1,
        "meadow",
        9_000,
    ),
    Block(
        (1560, 400),
        (Row("mixed", ("Musterstädter Straße",), depth=44, plan="dorf"), Row("detached", ("Mühlenweg",), depth=44)),
        3,
        "field",
        15_000,
    ),
    Block(
        (1760, 400),
        (
            Row("farm", ("Musterstädter Straße",), (26, 38), 50, plan="dorf"),
            Row("detached", ("Mühlenweg",), depth=42),
            Row("new", ("Neue Straße",), depth=40, plan="neu"),
        ),
        3,
        "garden",
        4_000,
    ),
    Block(
        (1950, 350),
        (Row("new", ("Neue Straße",), depth=42, plan="neu"), Row("mixed", ("Musterstädter Straße",), depth=46)),
        3,
        "field",
        15_000,
    ),
    Block((1950, 550), (Row("mixed", ("Musterstädter Straße",), depth=46),), 2, "meadow", 12_000),
    Block((1500, 40), (), 4, "field", 15_000),
    Block((1900, 20), (), 4, "field", 15_000),
)

BEISPIELHAUSEN = TownLayout(
    key="beispielhausen",
    name="Beispielhausen",
    authority="Landkreis Beispielland",
    postal_code="30998",
    district_code="9902",
    outline=OUTLINE,
    streets=STREETS,
    river=RIVER,
    squares=(),
    blocks=BLOCKS,
    plans=PLANS,
    flood_reach=((-120, 60), (1200, 75), (1600, 45), (1850, 55), (2200, 60)),
)
