"""What a town layout consists of: streets, waters, squares and blocks, in a local frame of metres."""

from __future__ import annotations

from dataclasses import dataclass

from demo.town.shapes import Point2


@dataclass(frozen=True)
class Street:
    """A public way: its centre line is smoothed through the points."""

    name: str
    width: float
    points: tuple[Point2, ...]
    kind: str = "street"
    public: bool = True


@dataclass(frozen=True)
class Square:
    """A paved public square."""

    name: str
    points: tuple[Point2, ...]
    kind: str = "square"


@dataclass(frozen=True)
class Row:
    """Plots along the named streets of a block, all of one style."""

    style: str
    streets: tuple[str, ...]
    widths: tuple[float, float] = (0.0, 0.0)
    depth: float = 0.0
    vacancy: float = -1.0
    plan: str | None = None


@dataclass(frozen=True)
class Block:
    """The face between streets that holds `seed`: its rows of plots, and what lies behind them."""

    seed: Point2
    rows: tuple[Row, ...] = ()
    section: int = 1
    core: str = "garden"
    core_m2: float = 12_000.0


@dataclass(frozen=True)
class Plan:
    """One building area of a binding plan (Bebauungsplan) with its designations (BauNVO §§ 1, 16, 22, 23)."""

    key: str
    plan_id: str
    name: str
    in_force_since: str
    baunvo_version: int
    zone: str
    grz: float | None
    gfz: float | None
    storeys_max: int | None
    building_method: str
    windows: str = "none"
    """Building windows: `strip` along the street, `block` up to 3 m from the plot edges, or `none`."""
    bmz: float | None = None


@dataclass(frozen=True)
class TownLayout:
    """A municipality as drawn by hand; everything else follows from it and the seed."""

    key: str
    name: str
    authority: str
    postal_code: str
    district_code: str
    outline: tuple[Point2, ...]
    streets: tuple[Street, ...]
    river: Street
    squares: tuple[Square, ...]
    blocks: tuple[Block, ...]
    plans: tuple[Plan, ...]
    flood_reach: tuple[tuple[float, float], ...] = ()
    """Pairs of easting and reach of the flood area on either side of the river, in metres."""
