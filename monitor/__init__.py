"""Watches news feeds for a newsroom: one story told once, in every language."""
