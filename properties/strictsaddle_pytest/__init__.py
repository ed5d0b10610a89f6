"""The pytest plugin: tests that fail on the day an objective stops being strict-saddle. See `plugin`."""
