"""System checks of the seal: what law, papers and the configured key do not fit together, told at start."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from permits import legal_time
from permits.law import DocumentForm, LawPackError, MinimumLevel, available_lands, law
from permits.services.letters import LETTERS
from permits.services.sealing import seal_key, seal_policy
from permits.services.sealing_forms import shortfall, suffices
from permits.services.sealing_state import key_state
from permits.services.signature_checks import revocation_lists, trusted_roots
from reports.contexts import SealLevel
from reports.seal_keys import SealKeyError

HINT = "Siehe „Siegel“ in docs/operations.md."


@register()
def check_document_forms(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a paper whose form no law pack names, and a form that contradicts itself."""
    del app_configs, kwargs
    return [Error(fault, id="permits.E008", hint=HINT) for fault in _form_faults()]


def _form_faults() -> Iterable[str]:
    for land, forms in _forms().items():
        for kind in LETTERS:
            if kind not in forms:
                yield f"Im Rechtspaket „{land}“ fehlt die Form des Schriftstücks „{kind}“ (document_forms)."
        for form in forms.values():
            if form.seal == (form.minimum_level is MinimumLevel.NONE):
                yield f"Im Rechtspaket „{land}“ passen bei „{form.id}“ Siegel und Stufe nicht zusammen."


def _forms() -> dict[str, dict[str, DocumentForm]]:
    found: dict[str, dict[str, DocumentForm]] = {}
    for land in available_lands():
        try:
            rows = law(land).on(legal_time.today()).tables["document_forms"]
        except LawPackError:
            continue  # told by the check of the law packs
        found[land] = {key: row for key, row in rows.items() if isinstance(row, DocumentForm)}
    return found


@register()
def check_seal_level(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Say at start which papers the configured key cannot issue, and what the wanted profile lacks."""
    del app_configs, kwargs
    try:
        gaps = seal_policy().gaps()
        level = SealLevel(settings.SEAL_LEVEL)
    except (ImproperlyConfigured, ValueError) as error:
        return [Error(f"Die Einstellungen des Siegels sind fehlerhaft: {error}", id="permits.E009", hint=HINT)]
    messages: list[CheckMessage] = [Error(gap, id="permits.E010", hint=HINT) for gap in gaps]
    if not (settings.SEAL_PFX or settings.SEAL_PKCS11_MODULE):
        return messages  # no key at all is told by the deployment check
    lacking = [form for forms in _forms().values() for form in forms.values() if form.seal]
    lacking = [form for form in lacking if not suffices(form, level)]
    if lacking:
        titles = ", ".join(form.title for form in lacking)
        text = f"{shortfall(lacking[0], level)} Nicht ausgefertigt werden: {titles}."
        messages.append(CheckWarning(text, id="permits.W001", hint=HINT))
    return messages


@register()
def check_signature_folders(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Read the roots and revocation lists for incoming signatures before somebody relies on them."""
    del app_configs, kwargs
    try:
        trusted_roots()
        revocation_lists()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="permits.E011", hint="Siehe „Eingehende Signaturen“ in docs/operations.md.")]
    return []


@register(Tags.security, deploy=True)
def check_seal_key(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Open the configured key, and look at the dates of its certificate."""
    del app_configs, kwargs
    if settings.DEMO:
        return []
    try:
        seal_key()
    except (ImproperlyConfigured, SealKeyError):
        # A site without a key can be set up and read; it issues nothing that needs a seal.
        return []
    state = key_state()
    if state.problem:
        return [Error(state.problem, id="permits.E012", hint=HINT)]
    return [CheckWarning(state.warning, id="permits.W002", hint=HINT)] if state.warning else []
