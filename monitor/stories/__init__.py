"""Which articles tell one story, and which only repeat another; no database here."""
