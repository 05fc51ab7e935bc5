"""The authority's sealing key, as the settings name it. A key from a file is never "qualified"."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from reports.contexts import SealLevel
from reports.coverage import describe_characters
from reports.demo_pki import DemoPki, make_demo_pki
from reports.fonts import FontSet
from reports.seal_keys import PfxKey, Pkcs11Key, SealKey
from reports.seal_policy import SealPolicy, SealProfile


@lru_cache(maxsize=1)
def fonts() -> FontSet:
    """Return the fonts of all documents; raises FontsMissingError naming the folder."""
    return FontSet.from_folder(settings.FONT_FOLDER)


def unprintable(text: str) -> str:
    """Name the characters of ``text`` that no paper can carry, such as ``„漢“ (U+6F22)``; empty if all can."""
    lost = fonts().missing(text)
    return describe_characters(lost) if lost else ""


def seal_key() -> SealKey:
    """Return the configured key: device, file, or the demo key (made once). Raises ImproperlyConfigured."""
    level = SealLevel(settings.SEAL_LEVEL)
    chain = tuple(Path(path) for path in settings.SEAL_CHAIN)
    if settings.SEAL_PKCS11_MODULE:
        return Pkcs11Key(
            module=Path(settings.SEAL_PKCS11_MODULE),
            token=settings.SEAL_PKCS11_TOKEN,
            key_label=settings.SEAL_PKCS11_KEY,
            pin=settings.SEAL_PKCS11_PIN,
            level=level,
            chain=chain,
        )
    if settings.SEAL_PFX:
        return PfxKey(path=Path(settings.SEAL_PFX), password=settings.SEAL_PFX_PASSWORD, level=level, chain=chain)
    if not settings.DEMO:
        raise ImproperlyConfigured("No sealing key is configured: set SEAL_PKCS11_MODULE or SEAL_PFX.")
    pki = demo_pki()
    return PfxKey(path=pki.pfx, password=pki.password, level=SealLevel.DEMO, chain=(pki.ca_certificate,))


def seal_policy() -> SealPolicy:
    """Return how far the proof of our seals goes, as the settings ask; raises ImproperlyConfigured."""
    try:
        profile = SealProfile(settings.SEAL_PROFILE)
    except ValueError as error:
        names = ", ".join(SealProfile)
        raise ImproperlyConfigured(f"SEAL_PROFILE must be one of {names}, not {settings.SEAL_PROFILE!r}.") from error
    return SealPolicy(
        profile=profile,
        timestamp_url=settings.SEAL_TIMESTAMP_URL,
        timestamp_seconds=settings.SEAL_TIMESTAMP_SECONDS,
        trust_roots=tuple(trust_roots()),
        revocation_lists=tuple(Path(path) for path in settings.SEAL_REVOCATION_LISTS),
        fetch_revocation=settings.SEAL_REVOCATION_FETCH,
    )


def demo_pki() -> DemoPki:
    """Return the demo root and key, made on first use."""
    return make_demo_pki(settings.DEMO_SEAL_FOLDER, organisation="Bauakte Demo")


def trust_roots() -> list[Path]:
    """Return the root certificates against which our own seals are checked."""
    roots = [Path(path) for path in settings.SEAL_TRUST_ROOTS]
    return [*roots, demo_pki().ca_certificate] if settings.DEMO else roots
