"""What can go wrong in a service, with a German message for the person in front of it."""


class BauakteError(Exception):
    """A refusal that a person can understand and act on; ``str(error)`` is German."""


class AccessDeniedError(BauakteError):
    """The person may not do this. Pages answer 404, so that strangers learn nothing."""


class StateError(BauakteError):
    """The case is in a state in which this is not possible (any more)."""


class StaleError(BauakteError):
    """Somebody else changed the same thing in the meantime; nothing was overwritten."""


class InvalidInputError(BauakteError):
    """Input is refused; ``field`` names the form field it belongs to, where there is one."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
