"""Plain data that leaves a route: verdicts and events."""
