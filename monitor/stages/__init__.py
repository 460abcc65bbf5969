"""The three stages; each gathers, decides and settles, and they hand over through rows only."""
