"""Texts of the mails about accounts. They greet nobody by name: the address may belong to somebody else."""

from dataclasses import dataclass

CLOSING = """
Mit freundlichen Grüßen
Bauakte

Diese E-Mail wurde automatisch verschickt. Bitte antworten Sie nicht darauf."""


@dataclass(frozen=True)
class Mail:
    """Subject and text of a mail."""

    subject: str
    body: str


def confirm_sign_up(*, url: str) -> Mail:
    """Ask the owner of an address to finish the sign-up."""
    return Mail(
        "Bitte bestätigen Sie Ihre E-Mail-Adresse",
        f"""Guten Tag,

für diese E-Mail-Adresse wurde ein Konto bei Bauakte angefordert. Mit dem folgenden Link bestätigen
Sie die Adresse und legen Ihren Namen und ein Passwort fest:

{url}

Der Link gilt 24 Stunden und nur einmal. Wenn Sie kein Konto anlegen möchten, brauchen Sie nichts zu tun.
{CLOSING}""",
    )


def already_registered(*, sign_in_url: str) -> Mail:
    """Tell the owner of an account that somebody wanted to open a second one."""
    return Mail(
        "Sie haben bereits ein Konto",
        f"""Guten Tag,

für diese E-Mail-Adresse wurde ein Konto bei Bauakte angefordert. Es gibt aber schon eines. Hier melden
Sie sich an; dort können Sie auch ein neues Passwort anfordern:

{sign_in_url}

Wenn Sie das nicht waren, brauchen Sie nichts zu tun. An Ihrem Konto wurde nichts geändert.
{CLOSING}""",
    )


def reset_password(*, url: str) -> Mail:
    """Give the way to a new password."""
    return Mail(
        "Neues Passwort festlegen",
        f"""Guten Tag,

für Ihr Konto bei Bauakte wurde ein neues Passwort angefordert. Mit dem folgenden Link legen Sie es fest:

{url}

Der Link gilt eine Stunde und nur einmal. Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr
bisheriges Passwort gilt weiter.
{CLOSING}""",
    )


def password_changed(*, reset_url: str) -> Mail:
    """Tell that the password has been changed."""
    return Mail(
        "Ihr Passwort wurde geändert",
        f"""Guten Tag,

das Passwort Ihres Kontos bei Bauakte wurde soeben geändert. Auf allen anderen Geräten sind Sie abgemeldet.

Wenn Sie das nicht waren, fordern Sie bitte sofort ein neues Passwort an:

{reset_url}
{CLOSING}""",
    )


def confirm_change(*, url: str) -> Mail:
    """Ask the owner of a new address to confirm it."""
    return Mail(
        "Bitte bestätigen Sie Ihre neue E-Mail-Adresse",
        f"""Guten Tag,

diese E-Mail-Adresse soll künftig für ein Konto bei Bauakte gelten. Mit dem folgenden Link bestätigen
Sie die Änderung:

{url}

Der Link gilt 24 Stunden und nur einmal. Wenn Sie das nicht möchten, brauchen Sie nichts zu tun.
{CLOSING}""",
    )


def address_changed() -> Mail:
    """Tell the old address that it is no longer used. Does not name the new one."""
    return Mail(
        "Ihre E-Mail-Adresse wurde geändert",
        f"""Guten Tag,

für Ihr Konto bei Bauakte gilt seit eben eine andere E-Mail-Adresse. Nachrichten gehen künftig dorthin.

Wenn Sie das nicht waren, wenden Sie sich bitte sofort an Ihre Bauaufsichtsbehörde.
{CLOSING}""",
    )
