"""The layout of Musterstadt: an old town in a ring, its quarters, a river with meadows, and fields around."""

from __future__ import annotations

from demo.town.layout import Block, Plan, Row, Square, Street, TownLayout

EAST_BORDER = (
    (1330, -60), (1418, 40), (1400, 190), (1432, 330), (1420, 470), (1438, 620), (1405, 780), (1330, 930),
)  # fmt: skip
"""The municipal border to Beispielhausen."""

OUTLINE = (
    (-60, -70), (180, -95), (420, -80), (640, -100), (900, -75), (1130, -95), *EAST_BORDER, (1180, 1010), (960, 1042),
    (760, 1030), (560, 1052), (330, 1035), (120, 1050), (-40, 1010), (-85, 840), (-70, 640), (-95, 470),
    (-80, 260), (-50, 90),
)  # fmt: skip

EAST_ROAD = (
    (830, 486), (980, 522), (1150, 528), (1300, 505), (1440, 515), (1570, 545), (1690, 508), (1800, 470), (1920, 492),
    (2160, 460),
)  # fmt: skip
"""The road to Beispielhausen, drawn once for both municipalities."""

RIVER = Street(
    "Leinebach", 13,
    ((-120, 215), (60, 165), (200, 190), (345, 232), (480, 212), (610, 196), (740, 158), (880, 172), (1010, 140),
     (1150, 165), (1290, 128), (1430, 150), (1560, 118), (1700, 146), (1850, 110), (1990, 140), (2200, 90)),
    kind="river",
)  # fmt: skip

STREETS = (
    Street("Hannoversche Straße", 15, ((-130, 470), (20, 474), (140, 462), (300, 430), (425, 408))),
    Street("Lange Straße", 10, ((425, 408), (500, 396), (575, 402), (650, 418), (705, 432))),
    Street("Beispielhäuser Straße", 14, ((705, 432), *EAST_ROAD)),
    Street("Bahnhofstraße", 13, ((560, 528), (562, 640), (596, 760), (622, 880), (612, 1100))),
    Street("Marktstraße", 9, ((572, 440), (566, 480), (560, 528))),
    Street("Brückenstraße", 10, ((578, 402), (590, 335), (612, 274))),
    Street("Mühlenstraße", 11, ((612, 274), (628, 225), (640, 165), (648, 60), (622, -40), (618, -150))),
    Street(
        "Am Wall", 9,
        ((425, 408), (436, 468), (486, 516), (560, 528), (640, 520), (698, 488), (705, 432), (702, 362),
         (664, 300), (612, 274), (532, 286), (458, 330), (425, 408)),
    ),
    Street("Schmiedegasse", 6, ((500, 396), (490, 345), (506, 292))),
    Street("Töpfergasse", 5.5, ((650, 418), (656, 360), (652, 294))),
    Street("Kirchgasse", 6, ((500, 396), (494, 452), (508, 521))),
    Street("Rosengasse", 5.5, ((650, 418), (638, 468), (642, 520))),
    Street("Domgang", 5, ((494, 458), (532, 464), (568, 460))),
    Street("Bäckergasse", 5.5, ((491, 345), (540, 341), (589, 336))),
    Street("Fischergasse", 6, ((590, 335), (622, 350), (656, 356), (703, 366))),
    Street("Goethestraße", 10, ((140, 462), (158, 560), (176, 680), (172, 800), (150, 915))),
    Street("Schillerstraße", 10, ((300, 430), (316, 540), (338, 660), (344, 790), (322, 908))),
    Street("Lessingstraße", 9, ((436, 468), (450, 560), (468, 680), (476, 800), (470, 900))),
    Street("Lindenweg", 8, ((158, 560), (236, 546), (316, 542), (450, 560), (561, 590))),
    Street("Buchenweg", 8, ((168, 622), (250, 606), (330, 610), (459, 624), (564, 652))),
    Street("Ahornweg", 8, ((176, 690), (255, 678), (340, 676), (470, 694), (578, 712))),
    Street("Eichenweg", 8, ((174, 762), (260, 744), (344, 746))),
    Street("Erlenweg", 8, ((475, 762), (540, 766), (602, 782))),
    Street("Ulmenweg", 8, ((168, 836), (250, 820), (342, 822), (476, 842), (618, 852))),
    Street("Am Nordfeld", 9, ((150, 915), (240, 896), (322, 900), (470, 900), (620, 922))),
    Street("Ziegeleiweg", 7, ((30, 474), (52, 570), (70, 690), (66, 800), (150, 915))),
    Street("Feldweg West", 5, ((66, 800), (-20, 815), (-120, 800)), kind="track"),
    Street("Schulstraße", 9, ((300, 430), (276, 366), (296, 306), (376, 286), (458, 330))),
    Street("Gartenstraße", 8, ((60, 470), (72, 400), (120, 350), (200, 345), (277, 352))),
    Street("Birkenweg", 9, ((760, 462), (768, 560), (782, 660), (770, 752))),
    Street("Am Hang", 8, ((770, 575), (860, 592), (960, 610), (1050, 604), (1102, 528))),
    Street("Parkallee", 9, ((783, 668), (880, 690), (1000, 704), (1120, 690), (1216, 640), (1240, 518))),
    Street("Postweg", 8, ((561, 610), (660, 604), (768, 560))),
    Street("Bergstraße", 9, ((575, 690), (676, 676), (783, 664))),
    Street(
        "Am Sonnenhang", 9,
        ((596, 762), (690, 748), (790, 756), (890, 778), (962, 832), (960, 900), (880, 952), (760, 962), (620, 940)),
    ),
    Street("Sonnenblumenweg", 7.5, ((782, 756), (800, 800), (786, 870), (806, 960))),
    Street("Lerchenweg", 7, ((612, 838), (700, 846), (792, 838))),
    Street("Finkenstieg", 7, ((792, 850), (870, 862), (963, 866))),
    Street("Waldweg", 5, ((962, 832), (1060, 850), (1200, 830), (1390, 880)), kind="track"),
    Street(
        "Industriestraße", 12,
        ((955, 518), (968, 430), (1004, 352), (1110, 318), (1240, 334), (1292, 410), (1290, 507)),
    ),
    Street("Handwerkerring", 9, ((968, 430), (1060, 420), (1170, 424), (1292, 415))),
    Street("Hafenweg", 7, ((1004, 352), (980, 290), (1000, 235), (1020, 152)), kind="track"),
    Street("Mühlenfeld", 8, ((648, 80), (540, 96), (420, 78), (300, 92), (210, 60))),
    Street("Auweg", 5, ((210, 60), (90, 40), (-90, 30)), kind="track"),
    Street("Wiesenweg", 5, ((644, 110), (760, 70), (900, 60), (1100, 40), (1440, 60)), kind="track"),
    Street("Promenade", 3.5, ((612, 274), (700, 250), (780, 300), (702, 362)), kind="footpath"),
    Street("Uferweg", 3.5, ((376, 286), (440, 262), (530, 250), (620, 246)), kind="footpath"),
    Street("Gänsepfad", 3, ((250, 606), (262, 678)), kind="footpath"),
    Street("Kirchsteig", 3, ((388, 550), (396, 615)), kind="footpath"),
)  # fmt: skip

SQUARES = (Square("Marktplatz", ((545, 396), (605, 401), (601, 447), (549, 443))),)

PLANS = (
    Plan("kern", "BP 1", "Altstadt", "1994-05-12", 1990, "MK", 1.0, 3.0, 3, "closed"),
    Plan("altstadt", "BP 1", "Altstadt", "1994-05-12", 1990, "MI", 0.8, 1.6, 3, "closed"),
    Plan("reihen", "BP 15", "Lindenweg", "1992-09-03", 1990, "WA", 0.4, 0.8, 2, "open", "strip"),
    Plan("nordfeld", "BP 7", "Nordfeld", "1979-03-22", 1977, "WA", 0.3, 0.5, 2, "open", "strip"),
    Plan("park", "BP 22", "Parkallee", "1981-11-05", 1977, "WR", 0.25, 0.4, 2, "open", "strip"),
    Plan("sonnenhang", "BP 31", "Am Sonnenhang", "2019-06-27", 2017, "WA", 0.3, 0.6, 2, "open", "strip"),
    Plan("gewerbe", "BP 18", "Gewerbegebiet Ost", "1998-02-19", 1990, "GE", 0.8, 1.6, 3, "deviating", "block", 8.0),
    Plan("west", "BP 9", "Hannoversche Straße", "1996-10-10", 1990, "MI", 0.6, 1.2, 3, "open"),
)

OLD = "oldtown"


def _old(x: float, y: float, *streets: str, plan: str = "altstadt", core: str = "yard") -> Block:
    return Block((x, y), (Row(OLD, streets, plan=plan),), 1, core)


BLOCKS = (
    _old(464, 459, "Am Wall", "Kirchgasse", "Lange Straße"),
    _old(533, 499, "Am Wall", "Kirchgasse", "Domgang", "Marktstraße", plan="kern"),
    Block(
        (603, 474),
        (
            Row("townhall", ("Marktplatz",), (48, 70), 34, plan="kern"),
            Row(OLD, ("Am Wall", "Rosengasse", "Lange Straße", "Marktstraße"), plan="kern"),
        ),
        1,
        "yard",
    ),
    _old(670, 470, "Am Wall", "Rosengasse", "Lange Straße"),
    Block((523, 418), (), 1, "church", 90_000),
    _old(678, 397, "Am Wall", "Töpfergasse", "Lange Straße", "Fischergasse"),
    _old(620, 370, "Brückenstraße", "Töpfergasse", "Lange Straße", "Fischergasse", plan="kern"),
    _old(667, 323, "Am Wall", "Töpfergasse", "Fischergasse"),
    _old(628, 306, "Am Wall", "Töpfergasse", "Fischergasse", "Brückenstraße"),
    _old(548, 309, "Am Wall", "Bäckergasse", "Schmiedegasse", "Brückenstraße"),
    _old(538, 376, "Lange Straße", "Bäckergasse", "Schmiedegasse", "Brückenstraße", plan="kern"),
    _old(468, 351, "Lange Straße", "Am Wall", "Schmiedegasse"),
    Block((725, 302), (), 1, "park", 90_000),
    Block((456, 285), (), 1, "park", 90_000),
    Block((359, 355), (Row("mixed", ("Hannoversche Straße",), plan="west"),), 2, "school", 90_000),
    Block(
        (179, 405),
        (Row("mixed", ("Hannoversche Straße",), plan="west"), Row("detached", ("Gartenstraße",))),
        2,
        "garden",
        2500,
    ),
    Block((97, 323), (Row("detached", ("Gartenstraße", "Schulstraße"), depth=42),), 2, "meadow"),
    Block(
        (229, 500),
        (Row("mixed", ("Hannoversche Straße",), plan="west"), Row("detached", ("Lindenweg",), plan="reihen")),
        2,
        "garden",
        1200,
    ),
    Block(
        (376, 503),
        (Row("mixed", ("Hannoversche Straße", "Am Wall"), plan="west"), Row("detached", ("Lindenweg",), plan="reihen")),
        2,
        "garden",
        1800,
    ),
    Block((503, 544), (Row("mixed", ("Am Wall", "Bahnhofstraße")), Row("detached", ("Lindenweg",))), 2),
    Block(
        (703, 523), (Row("mixed", ("Am Wall", "Beispielhäuser Straße")), Row("villa", ("Postweg",))), 4, "garden", 3000
    ),
    Block((243, 582), (Row("row", ("Lindenweg", "Buchenweg"), plan="reihen"),), 3),
    Block((360, 580), (Row("row", ("Lindenweg", "Buchenweg"), plan="reihen"),), 3),
    Block((422, 588), (Row("semi", ("Lindenweg", "Buchenweg"), plan="reihen"),), 3),
    Block((508, 612), (Row("semi", ("Lindenweg", "Buchenweg")), Row("apartment", ("Bahnhofstraße",))), 3),
    Block((217, 651), (Row("semi", ("Buchenweg", "Ahornweg"), plan="reihen"),), 3),
    Block((292, 630), (Row("row", ("Buchenweg", "Ahornweg"), plan="reihen"),), 3),
    Block((400, 647), (Row("row", ("Buchenweg",), plan="reihen"), Row("semi", ("Ahornweg",), plan="reihen")), 3),
    Block((517, 673), (Row("detached", ("Buchenweg", "Ahornweg")), Row("apartment", ("Bahnhofstraße",))), 3),
    Block((260, 712), (Row("semi", ("Ahornweg", "Eichenweg"), plan="nordfeld"),), 3),
    Block((259, 786), (Row("detached", ("Eichenweg", "Ulmenweg"), plan="nordfeld"),), 3),
    Block((245, 868), (Row("detached", ("Ulmenweg", "Am Nordfeld"), plan="nordfeld"),), 3),
    Block(
        (405, 760),
        (Row("detached", ("Ahornweg",), plan="nordfeld"), Row("detached", ("Ulmenweg",), depth=34, plan="nordfeld")),
        3,
        "cemetery",
        90_000,
    ),
    Block((402, 870), (Row("detached", ("Ulmenweg", "Am Nordfeld"), plan="nordfeld"),), 3),
    Block((530, 736), (Row("detached", ("Ahornweg", "Erlenweg")), Row("apartment", ("Bahnhofstraße",))), 3),
    Block((540, 798), (Row("detached", ("Erlenweg", "Ulmenweg")), Row("apartment", ("Bahnhofstraße",))), 3),
    Block((546, 882), (Row("detached", ("Ulmenweg", "Am Nordfeld"), plan="nordfeld"),), 3),
    Block((122, 681), (Row("detached", ("Goethestraße", "Ziegeleiweg"), depth=36),), 3, "allotment", 3500),
    Block((277, 931), (Row("detached", ("Am Nordfeld",), (19, 27), 40, plan="nordfeld"),), 6, "field", 16_000),
    Block((-4, 647), (), 6, "field", 14_000),
    Block((681, 717), (Row("detached", ("Bergstraße", "Am Sonnenhang")),), 4),
    Block((670, 622), (Row("villa", ("Postweg", "Bergstraße"), plan="park"),), 4),
    Block(
        (931, 539),
        (Row("mixed", ("Beispielhäuser Straße",)), Row("villa", ("Am Hang",), depth=44, plan="park")),
        4,
        "garden",
        3000,
    ),
    Block((1000, 650), (Row("villa", ("Parkallee", "Am Hang"), plan="park"),), 4, "garden", 3000),
    Block((1277, 692), (Row("villa", ("Parkallee",), depth=52, plan="park"),), 4, "field", 16_000),
    Block((704, 795), (Row("new", ("Am Sonnenhang", "Lerchenweg"), plan="sonnenhang"),), 5, "playground", 90_000),
    Block((710, 900), (Row("new", ("Lerchenweg", "Am Sonnenhang"), plan="sonnenhang"),), 5, "playground", 90_000),
    Block((872, 908), (Row("new", ("Finkenstieg", "Am Sonnenhang"), plan="sonnenhang"),), 5, "playground", 90_000),
    Block((871, 814), (Row("new", ("Finkenstieg", "Am Sonnenhang"), plan="sonnenhang"),), 5, "playground", 90_000),
    Block((1114, 941), (Row("new", ("Am Sonnenhang",), (19, 28), 38, plan="sonnenhang"),), 6, "field", 16_000),
    Block((1126, 477), (Row("ge", ("Beispielhäuser Straße", "Handwerkerring"), (38, 60), 48, plan="gewerbe"),), 7),
    Block((1132, 372), (Row("ge", ("Handwerkerring", "Industriestraße"), (45, 80), plan="gewerbe"),), 7),
    Block(
        (876, 322),
        (
            Row("ge", ("Industriestraße",), (55, 90), 80, plan="gewerbe"),
            Row("mixed", ("Am Wall",)),
            Row("mixed", ("Beispielhäuser Straße",), depth=40),
        ),
        7,
        "meadow",
    ),
    Block(
        (1300, 250),
        (Row("ge", ("Industriestraße", "Beispielhäuser Straße"), (60, 90), 76, plan="gewerbe"),),
        7,
        "meadow",
    ),
    Block(
        (290, 136),
        (Row("detached", ("Mühlenfeld",), depth=42), Row("detached", ("Mühlenstraße",), (22, 27), 42, 0.75)),
        8,
        "meadow",
    ),
    Block(
        (287, 7), (Row("detached", ("Mühlenfeld",), depth=45), Row("apartment", ("Mühlenstraße",))), 8, "field", 17_000
    ),
    Block((1031, 113), (), 8, "meadow", 13_000),
    Block((1013, 4), (), 8, "field", 17_000),
)

MUSTERSTADT = TownLayout(
    key="musterstadt",
    name="Musterstadt",
    authority="Stadt Musterstadt",
    postal_code="30999",
    district_code="9901",
    outline=OUTLINE,
    streets=STREETS,
    river=RIVER,
    squares=SQUARES,
    blocks=BLOCKS,
    plans=PLANS,
    flood_reach=((-120, 60), (200, 45), (400, 40), (560, 52), (640, 70), (760, 62), (1000, 48), (1200, 75), (1480, 60)),
)
