"""All points of a region, by boxes."""
