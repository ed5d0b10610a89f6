"""Coverings that prove constants."""
