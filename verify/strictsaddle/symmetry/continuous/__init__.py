"""Linear and affine fields that leave a formula unchanged."""
