"""The tape of a formula and its arithmetics: doubles, intervals, balls, rationals."""
