"""The domain app."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """What a case is, and what may be done to it."""

    name = "permits"
    verbose_name = "Bauakte"

    def ready(self) -> None:
        """Register the system checks."""
        from permits import checks  # noqa: F401  # needs the models, which are loaded by now
