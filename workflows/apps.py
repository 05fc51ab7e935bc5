"""The process app."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Who does what next."""

    name = "workflows"
    verbose_name = "Verfahrensabläufe"
