"""Messages as an English reader gets them, unless a test asks for another."""

from __future__ import annotations

from email.message import EmailMessage

from monitor.alerts import mail, slack
from monitor.alerts.errands import Offer
from monitor.alerts.mail import MailParts
from monitor.alerts.slack import SlackMessage
from monitor.alerts.wording import wording
from monitor.channels import email, webhook
from monitor.model import Delivery


def slack_message(delivery: Delivery, language: str = "en", offered: tuple[Offer, ...] = ()) -> SlackMessage:
    return slack.slack_message(delivery, wording(language), offered)


def email_message(delivery: Delivery, language: str = "en") -> MailParts:
    return mail.email_message(delivery, wording(language))


def payload(delivery: Delivery, language: str = "en") -> bytes:
    return webhook.payload(delivery, wording(language))


def compose(delivery: Delivery, *, sender: str, recipient: str, language: str = "en") -> EmailMessage:
    return email.compose(delivery, email_message(delivery, language), sender=sender, recipient=recipient)
