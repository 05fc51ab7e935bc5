"""E-mail: written in the transaction that causes it, sent by a job, at least once, with a fixed Message-ID."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from permits import legal_time
from permits.models import OutgoingMail, User
from permits.services.queue import enqueue

SEND_JOB = "permits.send_mail"


@transaction.atomic
def queue_mail(*, to: str, subject: str, body: str, message_id: str, user: User | None = None) -> OutgoingMail:
    """Store a mail and hand it to the queue. The same ``message_id`` again changes and sends nothing.

    ``message_id`` is the part before the "@", unique for the cause (``receipt-<uuid>``). The text names nothing of a
    case beyond its number: e-mail is not confidential.
    """
    mail, created = OutgoingMail.objects.get_or_create(
        message_id=f"<{message_id}@{mail_domain()}>",
        defaults={
            "to": to,
            "user": user,
            "subject": " ".join(subject.split()),
            "body": body,
            "created_at": legal_time.now(),
        },
    )
    if created:
        enqueue(SEND_JOB, lock=f"mail-{mail.pk}", mail_id=mail.pk)
    return mail


def send_queued_mail(*, mail_id: int) -> bool:
    """Send a stored mail unless it has been sent; return whether it was sent now. The job calls this.

    Outside a demo the text is erased once it is sent: it may hold a link that opens an account.
    """
    mail = OutgoingMail.objects.get(pk=mail_id)
    if mail.sent_at is not None:
        return False
    message = EmailMessage(subject=mail.subject, body=mail.body, to=[mail.to], headers={"Message-ID": mail.message_id})
    message.send()
    mail.sent_at = legal_time.now()
    if not settings.DEMO:
        mail.body = ""
    mail.save(update_fields=["sent_at", "body"])
    return True


def mail_domain() -> str:
    """Return the domain of Message-IDs: that of the sender's address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "bauakte.example"


class DemoMailBackend(BaseEmailBackend):
    """Sends nothing to anybody: the demo's mail box shows what has been stored."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Count the messages as sent."""
        return len(email_messages)
