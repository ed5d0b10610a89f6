"""A point that refutes."""
