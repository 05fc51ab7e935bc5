"""The permit authority, its people and the land that it is responsible for."""

import uuid

from django.conf import settings
from django.db import models

from permits import legal_time


class PermitAuthority(models.Model):
    """Untere Bauaufsichtsbehörde. All that differs between authorities is data here; no code asks for a name."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    unit = models.CharField("Organisationseinheit", max_length=200, blank=True)
    land = models.CharField(max_length=2, default="ni", help_text="Rule pack: gis/rules and permits/law")
    crs_epsg = models.PositiveIntegerField(default=25832)
    number_prefix = models.CharField("Präfix der Aktenzeichen", max_length=20)
    is_municipality = models.BooleanField("Gemeinde ist Bauaufsicht", default=True)
    street = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=10)
    city = models.CharField(max_length=100)
    phone = models.CharField(max_length=50, blank=True)
    email = models.EmailField(blank=True)

    def __str__(self) -> str:
        return self.name


class CadastralDistrict(models.Model):
    """Gemarkung, by which a parcel's authority is found (§ 57 NBauO: local jurisdiction)."""

    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="districts")
    code = models.CharField(max_length=6, unique=True, help_text="Land (2 digits) and Gemarkungsnummer (4 digits)")
    name = models.CharField(max_length=100)
    municipality = models.CharField("Gemeinde", max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Role(models.TextChoices):
    """Rolle in an authority."""

    REGISTRY = "registry", "Registratur"
    CASE_OFFICER = "case_officer", "Sachbearbeitung"
    HEAD_OF_UNIT = "head_of_unit", "Leitung (Zweitzeichnung)"
    CASHIER = "cashier", "Kasse"
    CONSULTEE = "consultee", "Fachstelle"
    AUTHORITY_ADMIN = "authority_admin", "Fachadministration"
    AUDITOR = "auditor", "Revision"


class Membership(models.Model):
    """Zugehörigkeit of a person to an authority, in one role."""

    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=legal_time.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "user", "role"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.authority})"
