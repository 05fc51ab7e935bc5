"""The demo's own texts in letters: what an authority adds to the product's, all of it made up."""

from permits.models import PermitAuthority, User
from permits.services.letter_parts import save_letter_parts

HOURS = "montags bis freitags von 8 bis 12 Uhr und donnerstags auch von 14 bis 18 Uhr"
TEXTS = {
    "receipt": {
        "closing": (
            f"Für Fragen sind wir {HOURS} für Sie da: im Rathaus am Marktplatz 1"
            "{% if behoerde_telefon %} und unter Telefon {{ behoerde_telefon }}{% endif %}. Bitte nennen Sie dabei das "
            "Aktenzeichen {{ aktenzeichen }}."
        )
    },
    "information_request": {
        "closing": (
            "Ist unklar, was fehlt? Rufen Sie uns bitte an, bevor Sie Unterlagen neu zeichnen lassen"
            "{% if sachbearbeitung_telefon %}: {{ sachbearbeitung }}, Telefon {{ sachbearbeitung_telefon }}{% endif %}."
        )
    },
}


def seed_letter_parts(authority: PermitAuthority, by: User) -> None:
    """Write the texts of ``authority`` as its administrator. Idempotent: texts that are there are left as they are."""
    if authority.letter_parts.exists():
        return
    for kind, texts in TEXTS.items():
        save_letter_parts(
            authority=authority, kind=kind, by=by, texts=texts, based_on={}, reason="Sprechzeiten und Rückfragen"
        )
