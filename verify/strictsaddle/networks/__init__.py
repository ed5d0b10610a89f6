"""Objectives from networks and their data."""
