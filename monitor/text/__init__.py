"""Strings in, values out: words, URLs, numbers, fingerprints; knows no noun of the house."""
