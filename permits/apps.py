"""The domain app."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """What a case is, and what may be done to it."""

    name = "permits"
    verbose_name = "Bauakte"

    def ready(self) -> None:
        """Register the system checks."""
        # They need the models, which are loaded by now.
        from permits import checks, checks_sealing  # noqa: F401
