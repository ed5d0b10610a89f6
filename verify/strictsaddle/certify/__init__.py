"""Proofs about one point, or about one small box."""
