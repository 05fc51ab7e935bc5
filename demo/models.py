"""Which demo stories have been told in this database."""

from django.db import models


class ToldStory(models.Model):
    """Erzählter Demovorgang: written when its telling begins, so that an interrupted set-up repeats none."""

    authority = models.SlugField()
    site = models.SlugField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "site"], name="told_story_unique")]

    def __str__(self) -> str:
        return f"{self.authority}: {self.site}"
