"""People and the organisations that they act for."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower

from permits import legal_time
from permits.sorting import din5007_key


class UserManager(BaseUserManager["User"]):
    """Creates users; the sign-up rules live in services/accounts.py."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user with a hashed password."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Nutzerin oder Nutzer. The address may change; the public UUID stays. Users are deactivated, never deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("E-Mail-Adresse")
    given_name = models.CharField("Vorname", max_length=200)
    family_name = models.CharField("Nachname", max_length=200)
    sort_key = models.CharField(max_length=420, editable=False, db_index=True)
    phone = models.CharField("Telefon", max_length=50, blank=True)
    is_active = models.BooleanField(default=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(default=legal_time.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["given_name", "family_name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the German sort key in step with the name."""
        self.sort_key = din5007_key(f"{self.family_name} {self.given_name}")
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    def get_full_name(self) -> str:
        """Django's name for ``full_name``."""
        return self.full_name


class Assurance(models.TextChoices):
    """Vertrauensniveau of an identity (Regulation (EU) 910/2014 Art. 8; § 3a NBauO asks for "substanziell")."""

    TEST = "test", "Testzugang"
    BASIC = "basic", "niedrig"
    SUBSTANTIAL = "substantial", "substanziell"
    HIGH = "high", "hoch"


class Identity(models.Model):
    """Anmeldeidentität: how a person proved who they are (issuer, subject, level of assurance)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    assurance = models.CharField(max_length=20, choices=Assurance)
    created_at = models.DateTimeField(default=legal_time.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_unique")]

    def __str__(self) -> str:
        return f"{self.issuer}: {self.subject}"


class Organisation(models.Model):
    """Organisation: an office, a company, a consulted authority."""

    uuid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    name = models.CharField(max_length=300)
    members = models.ManyToManyField(User, through="OrganisationMember", related_name="organisations")

    def __str__(self) -> str:
        return self.name


class OrganisationMember(models.Model):
    """Zugehörigkeit of a person to an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="organisation_member_unique")]

    def __str__(self) -> str:
        return f"{self.user} ({self.organisation})"
