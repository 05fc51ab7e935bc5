"""What is to be built, by whom, and where."""

import uuid

from django.conf import settings
from django.db import models

from permits.fields import BoxField, GeometryField, box_index
from permits.models.case import PermitCase
from permits.sorting import din5007_key


class PartyRole(models.TextChoices):
    """Rolle eines Beteiligten (§ 13 VwVfG; XBau ``BeteiligteBauprojekt``)."""

    APPLICANT = "applicant", "Bauherrin / Bauherr"
    DESIGNER = "designer", "Entwurfsverfasserin / Entwurfsverfasser"
    REPRESENTATIVE = "representative", "Bevollmächtigte / Bevollmächtigter"
    FEE_DEBTOR = "fee_debtor", "Gebührenpflichtige / Gebührenpflichtiger"
    STRUCTURAL_ENGINEER = "structural_engineer", "Tragwerksplanung"
    NEIGHBOUR = "neighbour", "Nachbarin / Nachbar"


class Party(models.Model):
    """Beteiligte oder Beteiligter: a copy of a person's data for this case (XBau ``Beteiligter``)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(max_length=30, choices=PartyRole)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="party_roles"
    )
    organisation_name = models.CharField("Firma oder Organisation", max_length=300, blank=True)
    salutation = models.CharField("Anrede", max_length=30, blank=True)
    given_name = models.CharField("Vorname", max_length=200, blank=True)
    family_name = models.CharField("Nachname", max_length=200, blank=True)
    street = models.CharField("Straße", max_length=200, blank=True)
    house_number = models.CharField("Hausnummer", max_length=20, blank=True)
    postal_code = models.CharField("Postleitzahl", max_length=10, blank=True)
    city = models.CharField("Ort", max_length=100, blank=True)
    country = models.CharField("Staat", max_length=2, default="DE")
    email = models.EmailField("E-Mail-Adresse", blank=True)
    phone = models.CharField("Telefon", max_length=50, blank=True)
    # Designer only: XBau BauvorlageberechtigungSachverhalt and kammer (§ 53 (3) NBauO).
    entitlement_code = models.CharField("Bauvorlageberechtigung", max_length=10, blank=True)
    chamber_code = models.CharField("Kammer", max_length=10, blank=True)
    chamber_number = models.CharField("Mitgliedsnummer", max_length=50, blank=True)
    # Consent to be served through the portal (§ 41 (2a) VwVfG, § 9 OZG); without it a notice goes by post.
    portal_consent_at = models.DateTimeField(null=True, blank=True)
    sort_key = models.CharField(max_length=720, editable=False)

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user", "role"],
                condition=models.Q(user__isnull=False),
                name="party_user_role_unique",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the German sort key in step with the name."""
        self.sort_key = din5007_key(f"{self.family_name} {self.given_name} {self.organisation_name}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def display_name(self) -> str:
        """Name of the person, or of the organisation."""
        person = f"{self.given_name} {self.family_name}".strip()
        return person or self.organisation_name

    @property
    def address_lines(self) -> list[str]:
        """Address as on a letter."""
        lines = [self.organisation_name, f"{self.given_name} {self.family_name}".strip()]
        lines += [f"{self.street} {self.house_number}".strip(), f"{self.postal_code} {self.city}".strip()]
        return [line for line in lines if line]


class Proposal(models.Model):
    """Bauvorhaben (XBau ``bauvorhaben`` with ``gegenstand``)."""

    case = models.OneToOneField(PermitCase, on_delete=models.CASCADE, related_name="proposal")
    title = models.CharField("Bezeichnung des Bauvorhabens", max_length=250, blank=True)
    description = models.TextField("Beschreibung", blank=True, max_length=5000)
    measure_codes = models.JSONField("Art der Maßnahme", default=list, help_text="XBau artDerMassnahme")
    structure_code = models.CharField("Art der baulichen Anlage", max_length=20, blank=True)
    building_class = models.CharField("Gebäudeklasse", max_length=5, blank=True)
    building_count = models.PositiveIntegerField("Anzahl der Gebäude", null=True, blank=True)
    dwellings = models.PositiveIntegerField("Anzahl der Wohnungen", null=True, blank=True)
    height_m = models.DecimalField("Höhe (m)", max_digits=6, decimal_places=2, null=True, blank=True)
    gross_volume_m3 = models.DecimalField(
        "Brutto-Rauminhalt (m³)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    is_residential = models.BooleanField("Überwiegend Wohnnutzung", null=True, blank=True)
    creates_housing = models.BooleanField("Nutzungsänderung schafft Wohnraum", null=True, blank=True)
    is_special_building = models.BooleanField("Sonderbau (§ 2 Abs. 5 NBauO)", null=True, blank=True)
    deviations_requested = models.TextField("Beantragte Abweichungen", blank=True, max_length=5000)

    def __str__(self) -> str:
        return self.title or "Bauvorhaben ohne Bezeichnung"


class Building(models.Model):
    """Gebäude des Bauvorhabens; its UUID goes into XBau messages and the statistics."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="buildings")
    label = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.label


class Site(models.Model):
    """Baugrundstück: the union of the parcels of the case."""

    case = models.OneToOneField(PermitCase, on_delete=models.CASCADE, related_name="site")
    street = models.CharField("Straße", max_length=200, blank=True)
    house_number = models.CharField("Hausnummer", max_length=20, blank=True)
    postal_code = models.CharField("Postleitzahl", max_length=10, blank=True)
    city = models.CharField("Ort", max_length=100, blank=True)
    geometry = GeometryField(null=True)
    box = BoxField(null=True)

    class Meta:
        indexes = [box_index("site_box")]

    def __str__(self) -> str:
        return self.address or "Baugrundstück"

    @property
    def address(self) -> str:
        """Street and place in one line."""
        street = f"{self.street} {self.house_number}".strip()
        place = f"{self.postal_code} {self.city}".strip()
        return ", ".join(part for part in (street, place) if part)


class SiteParcel(models.Model):
    """Flurstück des Baugrundstücks: number, geometry and layer snapshot as of choosing or submission."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="parcels")
    parcel_id = models.CharField("Flurstückskennzeichen", max_length=40)
    district_name = models.CharField("Gemarkung", max_length=100, blank=True)
    official_area_m2 = models.FloatField(null=True, blank=True)
    geometry = GeometryField()
    box = BoxField()
    snapshot_id = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "parcel_id"], name="site_parcel_unique")]
        indexes = [box_index("site_parcel_box")]

    def __str__(self) -> str:
        return self.parcel_id
