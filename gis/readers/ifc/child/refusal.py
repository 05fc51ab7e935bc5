"""The one way in which the reading process says no."""


class RefusedError(Exception):
    """The model cannot be used: code, German sentence and place."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
