"""The geometry of domains with equalities."""
