"""Which seal the law asks for, and whether the authority's key gives it: before anything is rendered."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from permits import legal_time
from permits.errors import StateError
from permits.law import DocumentForm, MinimumLevel, PaperForm, law
from permits.models import PermitAuthority
from permits.services.sealing import seal_key
from reports.contexts import SealLevel
from reports.seal_keys import SealKeyError

RANK = {SealLevel.DEMO: 0, SealLevel.ADVANCED: 1, SealLevel.QUALIFIED: 2}
ASKED = {MinimumLevel.NONE: 0, MinimumLevel.ADVANCED: 1, MinimumLevel.QUALIFIED: 2}


class FormError(StateError):
    """The law asks for a seal that the configured key does not give."""


def form_of(authority: PermitAuthority, kind: str) -> DocumentForm:
    """Return the form of a kind of paper as of today; raises LawPackError."""
    return law(authority.land).on(legal_time.today()).document_form(kind)


def suffices(form: DocumentForm, level: SealLevel) -> bool:
    """Whether a seal of ``level`` gives ``form``. In a demo the demo seal does; it prints "ohne Rechtswirkung"."""
    if settings.DEMO and level is SealLevel.DEMO:
        return True
    return RANK[level] >= ASKED[form.minimum_level]


def require_form(authority: PermitAuthority, kind: str, level: SealLevel) -> DocumentForm:
    """Return the form of a kind of paper; raises FormError where a seal of ``level`` does not give it."""
    form = form_of(authority, kind)
    if not suffices(form, level):
        raise FormError(f"{shortfall(form, level)} Das Schriftstück wird nicht ausgefertigt.")
    return form


def require_sealable(authority: PermitAuthority, kind: str) -> None:
    """Raise FormError where the configured key cannot issue a kind of paper; the key itself is not opened."""
    if not form_of(authority, kind).seal:
        return
    try:
        key = seal_key()
    except (ImproperlyConfigured, SealKeyError) as error:
        raise FormError("Es ist kein Siegelschlüssel eingerichtet. Ohne Siegel wird nichts ausgefertigt.") from error
    require_form(authority, kind, key.level)


def shortfall(form: DocumentForm, level: SealLevel) -> str:
    """Say in German what a seal of ``level`` lacks for ``form``."""
    if form.form is PaperForm.WRITTEN:
        why = f"verlangt das Recht die Schriftform ({form.legal_basis}); sie ersetzt nur ein qualifiziertes"
    else:
        why = f"verlangt das Recht ({form.legal_basis}) mindestens ein fortgeschrittenes"
    return f"Für „{form.title}“ {why} Siegel. Der eingerichtete Schlüssel erzeugt: {level.label}."
