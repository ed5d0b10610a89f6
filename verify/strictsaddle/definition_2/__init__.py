"""Constants: given, or the best ones."""
