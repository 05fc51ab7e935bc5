"""One table says who may do what (design decision 7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from permits.models.authority import PermitAuthority, Role
from permits.models.people import Organisation


class Level(models.TextChoices):
    """Zugriffsstufe on a case, or on every submitted case of an authority."""

    READ = "read", "lesen"
    CONTRIBUTE = "contribute", "mitwirken"  # fill in and submit an application, answer requests
    OWN = "own", "verantworten"  # the applicant's side: also invite others, consent, withdraw
    COMMENT = "comment", "Stellung nehmen"  # consulted authorities
    REGISTER = "register", "registrieren"
    PROCESS = "process", "bearbeiten"
    SIGN = "sign", "zeichnen"
    ADMINISTER = "administer", "verwalten"
    AUDIT = "audit", "prüfen"


class AccessGrant(models.Model):
    """Zugriffsrecht: who (person, organisation, role in an authority, signed token) may do what, from when to when."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    role = models.CharField(max_length=30, choices=Role, blank=True)
    role_authority = models.ForeignKey(
        PermitAuthority, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    token_sha256 = models.CharField(max_length=64, blank=True)
    case = models.ForeignKey(
        "permits.PermitCase", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="grants")
    level = models.CharField(max_length=20, choices=Level)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    granted_by_event = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "case"], name="grant_user_case"),
            models.Index(fields=["organisation", "case"], name="grant_organisation_case"),
            models.Index(fields=["role_authority", "role"], name="grant_role"),
            models.Index(fields=["case", "level"], name="grant_case_level"),
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_has_one_grantee",
                condition=(
                    Q(user__isnull=False, organisation__isnull=True, role="", token_sha256="")
                    | Q(user__isnull=True, organisation__isnull=False, role="", token_sha256="")
                    | (Q(user__isnull=True, organisation__isnull=True, token_sha256="") & ~Q(role=""))
                    | (Q(user__isnull=True, organisation__isnull=True, role="") & ~Q(token_sha256=""))
                ),
            ),
            models.CheckConstraint(
                name="grant_role_names_its_authority",
                condition=Q(role="", role_authority__isnull=True) | (~Q(role="") & Q(role_authority__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} #{self.pk}"
