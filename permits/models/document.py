"""Submitted documents and the files behind them."""

import uuid

from django.conf import settings
from django.db import models

from permits import legal_time
from permits.fields import BoxField, GeometryField, box_index
from permits.models.authority import PermitAuthority
from permits.models.case import PermitCase
from permits.models.proposal import Party


class StoredFile(models.Model):
    """Datei: content-addressed under its authority; never changed, never shared across authorities."""

    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=legal_time.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "sha256"], name="stored_file_unique")]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def storage_name(self) -> str:
        """Path in the file storage."""
        return f"authorities/{self.authority_id}/{self.sha256[:2]}/{self.sha256}"


class SubmittedDocument(models.Model):
    """Bauvorlage (XBau ``EingereichteBauvorlagen``); its type is a code of ``anlagen``."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="documents")
    document_type = models.CharField(max_length=10, help_text="XBau code list anlagen, e.g. 1803")
    title = models.CharField(max_length=250)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Taken out of the draft; history stays")

    class Meta:
        indexes = [models.Index(fields=["case", "document_type"], name="document_case_type")]

    def __str__(self) -> str:
        return f"{self.document_type} {self.title}"


class DocumentVersion(models.Model):
    """Fassung einer Bauvorlage: immutable; a new upload is a new version."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(SubmittedDocument, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    original_name = models.CharField(max_length=255)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    # Hints by NBauVorlVO Anlage 1 (layers, annotations, PDF/A claim …); they warn, the officer decides.
    inspection = models.JSONField(default=dict)
    responsible = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    # Set when the application (or an answer to a request) carries it; only then is it part of the file.
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="document_version_unique")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.document} v{self.number}"


class SitePlanVersion(models.Model):
    """Lageplan als Geometrie: the site plan that the checks read; uploaded or drawn, immutable."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="site_plans")
    number = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", help_text="The original")
    original_name = models.CharField(max_length=255)
    source = models.CharField(max_length=10, choices=[("upload", "hochgeladen"), ("drawn", "gezeichnet")])
    # Normalised features in the authority's CRS (GeoJSON, site-plan profile), as the checks read them.
    features = models.JSONField()
    geometry = GeometryField()
    box = BoxField()
    warnings = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="site_plan_version_unique")]
        indexes = [box_index("site_plan_box")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Lageplan v{self.number}"
