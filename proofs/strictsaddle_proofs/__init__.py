"""Checks certificates of strictsaddle's verdicts, and shares no code with it: Python, python-flint and NumPy are all it needs."""

from strictsaddle_proofs.check import Verification, verify

__all__ = ["Verification", "verify"]
