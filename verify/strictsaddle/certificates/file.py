"""What a certificate becomes: the bytes of a file, or the reason why there is none."""

from __future__ import annotations

from typing import Any

from strictsaddle.errors import NotYetError


def no_certificate(why: str) -> NotYetError:
    return NotYetError(f"there is no certificate: {why}", where="--certificate")


def packed(claim: dict[str, Any], proof: dict[str, Any], blobs: dict[str, bytes]) -> bytes:
    from strictsaddle_proofs import container

    return container.packed(claim, proof, blobs)
