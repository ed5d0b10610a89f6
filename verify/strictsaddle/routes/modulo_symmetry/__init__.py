"""The question modulo the continuous symmetry."""
