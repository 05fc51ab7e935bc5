"""What somebody reads whose page shows an older version than the one in force."""

from permits.errors import StaleError
from permits.models import User


def newer_version(*, what: str, number: int, written_by: User | None, by: User) -> StaleError:
    """Return the refusal that names what is in force by now and who wrote it: another person, or the same elsewhere.

    ``what`` is the thing with its article in the accusative, such as "den Briefkopf".
    """
    who = "Sie selbst haben inzwischen in einem anderen Fenster" if written_by == by else "Eine andere Person hat"
    since = "" if written_by == by else " inzwischen"
    return StaleError(
        f"{who}{since} {what} geändert: Es gilt Fassung {number}. Bitte vergleichen Sie die Fassungen, bevor Sie "
        "erneut speichern."
    )
