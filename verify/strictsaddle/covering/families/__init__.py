"""Coverings of unknowns and parameters together: what holds of the stationary points of a formula for all parameters in a box."""
