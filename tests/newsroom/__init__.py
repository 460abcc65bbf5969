"""A small real world on loopback: outlets with feeds and pages, a Slack, a mail server; nothing is mocked."""
