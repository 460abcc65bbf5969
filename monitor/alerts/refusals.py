"""What the other side's words for a fault mean, and what to do; whether it passes is decided elsewhere.

Source: https://docs.slack.dev/reference/methods/chat.postMessage (errors); RFC 5321 4.2, RFC 3463,
RFC 4954 6 (replies of mail servers); RFC 9110 15.5
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer means, and what to do about it."""

    meaning: str
    remedy: str

    @property
    def passes(self) -> bool:
        """Whether there is nothing to do but wait."""
        return self.remedy == _WAIT


_REINSTALLED = "put the app's new Bot User OAuth Token into the secret slack_token, then restart"
_SCOPES = "install deploy/slack-app.yaml to the workspace again: it names every scope that is needed"
_INVITE = "invite the app to the channel: /invite @Newsroom monitor"
_CHANNEL = (
    "name the channel's id in people.yaml (Slack shows it under the channel's details), and invite the app"
)
_BUG = "report it as a bug with the delivery's number: messages are built to fit"
_WAIT = "it is tried again by itself"

SLACK: Mapping[str, Meaning] = {
    "invalid_auth": Meaning("Slack does not know this token", _REINSTALLED),
    "not_authed": Meaning("no token reached Slack", _REINSTALLED),
    "token_revoked": Meaning("the token was revoked, or the app was uninstalled", _REINSTALLED),
    "token_expired": Meaning("the token's time is over", _REINSTALLED),
    "account_inactive": Meaning("the app or its workspace was removed", _REINSTALLED),
    "missing_scope": Meaning("the app may not do this", _SCOPES),
    "not_allowed_token_type": Meaning("this is not a bot's token", _REINSTALLED),
    "channel_not_found": Meaning(
        "there is no such channel, or it is private and the app is no member", _CHANNEL
    ),
    "not_in_channel": Meaning("the app is no member of the channel", _INVITE),
    "is_archived": Meaning("the channel is archived", "unarchive it, or name another one in people.yaml"),
    "restricted_action": Meaning(
        "the workspace lets only some people post there",
        "let an admin of the workspace allow the app to post",
    ),
    "team_access_not_granted": Meaning("the app is not installed in this workspace", _SCOPES),
    "ekm_access_denied": Meaning(
        "the workspace's administrators have suspended access", "ask them; nothing can be done here"
    ),
    "thread_not_found": Meaning(
        "the message that this one goes under was deleted", "`monitor deliveries drop` forgets this one"
    ),
    "msg_too_long": Meaning("the message is too long for Slack", _BUG),
    "msg_blocks_too_long": Meaning("the message is too long for Slack", _BUG),
    "invalid_blocks": Meaning("Slack cannot read the message", _BUG),
    "ratelimited": Meaning("Slack asks for a pause", _WAIT),
}
_MAIL_ENHANCED: Mapping[str, Meaning] = {  # RFC 3463; they say more than the three figures before them
    "5.1.1": Meaning("there is no such mailbox", "correct the address in people.yaml"),
    "5.1.2": Meaning("there is no such domain", "correct the address in people.yaml"),
    "5.1.8": Meaning("the sender's domain is not known", "correct email.sender in monitor.toml"),
    "5.2.1": Meaning("the mailbox is closed", "ask its owner, or take the address out of people.yaml"),
    "5.2.2": Meaning("the mailbox is full", "its owner has to make room; then retry the delivery"),
    "4.2.2": Meaning("the mailbox is full", _WAIT),
    "4.7.1": Meaning("the server puts unknown senders off for a while (greylisting)", _WAIT),
    "5.7.8": Meaning(
        "the account or its password is wrong", "correct the secrets email_username, email_password"
    ),
}
_MAIL: Mapping[str, Meaning] = {
    "421": Meaning("the mail server takes nothing now", _WAIT),
    "450": Meaning("the mailbox cannot be reached now", _WAIT),
    "451": Meaning("the mail server could not take it now", _WAIT),
    "452": Meaning("the mail server has no room now", _WAIT),
    "454": Meaning("encryption or login does not work there now", _WAIT),
    "501": Meaning(
        "the mail server does not take this address", "correct it in people.yaml, or email.sender"
    ),
    "530": Meaning("the mail server wants a login", "set the secrets email_username and email_password"),
    "534": Meaning(
        "the mail server wants another way to log in", "ask its operator for a password for programs"
    ),
    "535": Meaning(
        "the account or its password is wrong", "correct the secrets email_username, email_password"
    ),
    "550": Meaning(
        "the mail server refuses this recipient or sender", "correct the address; its operator knows why"
    ),
    "551": Meaning("the recipient is not at this server", "correct the address in people.yaml"),
    "552": Meaning("the mailbox is full, or the letter too large for it", "its owner has to make room"),
    "553": Meaning("the mail server does not let this account send as this sender", "correct email.sender"),
    "554": Meaning(
        "the mail server refuses the letter",
        "ask its operator; spam filters want SPF and DKIM of email.sender",
    ),
}
_OTHERS: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (
        re.compile(r"CertVerification"),
        Meaning(
            "nobody vouches for the server's certificate",
            "use the name that the certificate is for, or SSL_CERT_FILE",
        ),
    ),
    (
        re.compile(r"^no connection|^no answer"),
        Meaning("it cannot be reached", "look at host, port and the way there (firewall, IPAddressAllow=)"),
    ),
    (re.compile(r"^timeout"), Meaning("it does not answer in time", "look at host, port and the way there")),
    (
        re.compile(r"STARTTLS"),
        Meaning("the server does not offer encryption", "set email.tls as it wants it"),
    ),
    (
        re.compile(r"AUTH"),
        Meaning(
            "the server offers no way to log in",
            "use its port for submission (587 or 465), or set no account",
        ),
    ),
    (re.compile(r"^http (401|403)\b"), Meaning("the receiver does not let us in", "make its URL anew")),
    (
        re.compile(r"^http (404|410)\b"),
        Meaning("there is nothing at this URL any more", "make the webhook anew"),
    ),
    (re.compile(r"^http 5"), Meaning("the receiver is broken or away", _WAIT)),
)
_AROUND = re.compile(r"^gave up after .*?attempts: |; told at .* instead$")  # what we say beside it
_REPLY = re.compile(r"^([245]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3}))?\b")


def meaning_of(reason: str) -> Meaning | None:
    """Return what an answer means, as a channel told it; None where its own words must do."""
    answer = _AROUND.sub("", reason)
    if answer in SLACK:
        return SLACK[answer]
    if reply := _REPLY.match(answer):
        return _MAIL_ENHANCED.get(reply[2] or "") or _MAIL.get(reply[1])
    return next((meaning for pattern, meaning in _OTHERS if pattern.search(answer)), None)
