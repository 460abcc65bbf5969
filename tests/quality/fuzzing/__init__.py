"""Feeds made hostile at random, the fence that they are sent through, and what is kept of those that pass."""
