"""What an operator says about a live source: where it is, who may use it, how much it may cost. Secrets stay hidden."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gis.layers import LayerUnavailableError

SourceKind = Literal["postgis", "wfs", "ogcapi"]


class SourceConfigError(ValueError):
    """The configuration of live sources is wrong; the message is German, for people, and holds no secret."""


@dataclass(frozen=True)
class Secret:
    """A password or token: used for connecting, never shown."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "•••"


@dataclass(frozen=True)
class SourceLimits:
    """What one reading may cost.

    Attributes
    ----------
    seconds : float
        For one window or lookup altogether, with all its pages.
    connect_seconds : float
    features : int
        A window with more is refused.
    answer_bytes : int
        An answer that is larger altogether is refused.
    """

    seconds: float = 20.0
    connect_seconds: float = 5.0
    features: int = 20_000
    answer_bytes: int = 32 << 20


@dataclass(frozen=True)
class PostgisAccess:
    """A table or view, and how to connect (all but the password as libpq names it; `service` from its service file)."""

    schema: str | None
    table: str
    geometry: str | None
    parameters: tuple[tuple[str, str], ...]
    password: Secret | None = None

    @property
    def address(self) -> str:
        """Where it is, for provenance: without user and password."""
        known = dict(self.parameters)
        server = known.get("service") or known.get("host") or "lokal"
        name = f"{self.schema}.{self.table}" if self.schema else self.table
        return f"postgis://{server}/{known.get('dbname', '')} {name}".replace("/ ", " ")


@dataclass(frozen=True)
class HttpAccess:
    """A service on the web: its address, the collection or feature type, and how to sign in."""

    url: str
    collection: str
    version: str = ""
    geometry: str | None = None
    page_size: int = 1000
    user: str = ""
    password: Secret | None = None
    token: Secret | None = None

    @property
    def address(self) -> str:
        """Where it is, for provenance: without query, user and password."""
        return f"{self.url.partition('?')[0]} {self.collection}"


@dataclass(frozen=True)
class SourceSettings:
    """A live source for one layer.

    Attributes
    ----------
    authorities : tuple of str
        Short names of the authorities that use it; empty: all.
    epsg : int or None
        System of its coordinates where it states none.
    attribute_map : tuple of pairs
        Canonical attribute and column, where the automatic mapping does not do.
    """

    name: str
    layer: str
    kind: SourceKind
    access: PostgisAccess | HttpAccess
    title: str
    licence: str = ""
    authorities: tuple[str, ...] = ()
    epsg: int | None = None
    attribute_map: tuple[tuple[str, str], ...] = ()
    limits: SourceLimits = SourceLimits()

    @property
    def provenance(self) -> str:
        """Title and address as results show them."""
        return f"{self.title} ({self.access.address})"

    def mapping(self) -> Mapping[str, str]:
        """The explicit part of the attribute mapping."""
        return dict(self.attribute_map)

    def unavailable(self, why: str) -> LayerUnavailableError:
        """The error of a reading that did not succeed; `why` continues the sentence."""
        return LayerUnavailableError(f"Die Quelle „{self.title}“ {why}")

    def too_slow(self, seconds: float) -> LayerUnavailableError:
        """The error of a reading whose time is up."""
        text = f"{seconds:g}".replace(".", ",")
        return self.unavailable(f"hat nicht innerhalb von {text} Sekunden vollständig geantwortet.")
