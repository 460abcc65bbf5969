"""The way out to the web: one guarded, bounded client; what the answers mean is decided elsewhere."""
