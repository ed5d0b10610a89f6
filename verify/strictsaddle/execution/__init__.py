"""How work is run: processes, the clock, state on disk."""
