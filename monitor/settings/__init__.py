"""What an operator decides: files, secrets and environment as one checked value, or every fault at once."""

from monitor.settings.reference import Key, describe
from monitor.settings.sections import (
    Alerts,
    Database,
    Email,
    Keep,
    Net,
    Poll,
    Read,
    Service,
    Slack,
    Stories,
    Web,
)
from monitor.settings.starter import init, starter
from monitor.settings.whole import Checked, LastGood, Settings, check, check_topics, load, usable

__all__ = [
    "Alerts",
    "Checked",
    "Database",
    "Email",
    "Keep",
    "Key",
    "LastGood",
    "Net",
    "Poll",
    "Read",
    "Service",
    "Settings",
    "Slack",
    "Stories",
    "Web",
    "check",
    "check_topics",
    "describe",
    "init",
    "load",
    "starter",
    "usable",
]
