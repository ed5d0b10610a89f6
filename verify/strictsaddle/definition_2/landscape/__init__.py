"""What constants need to know of an objective far out and near."""
