"""Deep linear networks, by their singular values."""
