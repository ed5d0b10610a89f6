"""Quadratic forms with an error, for the gradient of a network whose output layer is eliminated; `question` is the way in."""
