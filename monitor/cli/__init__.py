"""The doors: what a person types, one file per noun, and nothing that decides."""

from monitor.cli.app import main

__all__ = ["main"]
