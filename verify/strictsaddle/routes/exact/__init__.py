"""The list of a polynomial's stationary points."""
