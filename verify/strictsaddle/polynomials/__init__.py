"""All zeros of a polynomial system."""
