"""Writes what was proved as a certificate: a claim with hints, which strictsaddle_proofs checks without any code of this package."""
