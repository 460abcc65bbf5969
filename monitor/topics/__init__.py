"""Topics: what a newsroom wants to hear of, written as rules, held against articles; never I/O."""
