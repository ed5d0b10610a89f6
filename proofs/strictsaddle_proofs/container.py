"""The file: a zip in one canonical form, read within limits, every byte of it accounted for.

Members stand in the order claim.json, proof.json, blobs/SHA256 (sorted), stored without compression (blobs are zlib streams), with
the time 1980-01-01 and nothing else. The file is read, and written again in memory: whoever changes one byte has another file.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from strictsaddle_proofs.errors import Refused, require

MOST_BYTES = 1 << 30  # of the file
MOST_JSON = 64 << 20  # of a document
MOST_DEPTH = 40  # of nesting
MOST_DIGITS = 100_000  # of a number
MOST_UNPACKED = 1 << 28  # of a blob, once inflated
MOST_MEMBERS = 2000
TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Certificate:
    """What the file holds: two documents, and blobs by the SHA-256 of their inflated bytes. `digest`: of the file."""

    claim: dict[str, Any]
    proof: dict[str, Any]
    blobs: dict[str, bytes] = field(repr=False)  # compressed
    digest: str = ""

    def blob(self, name: object, most: int = MOST_UNPACKED) -> bytes:
        """The inflated blob. Raises Refused unless it is there, not larger than `most`, and what its name says."""
        require(isinstance(name, str) and name in self.blobs, "there is no such blob", f"blobs/{name}")
        content = inflate(self.blobs[str(name)], most, f"blobs/{name}")
        require(hashlib.sha256(content).hexdigest() == name, "the blob is not what its name says", f"blobs/{name}")
        return content


def inflate(packed: bytes, most: int, where: str) -> bytes:
    """The zlib stream's content. Raises Refused for anything but one whole stream of at most `most` bytes."""
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(packed, most + 1)
    except zlib.error as error:
        raise Refused(f"not a zlib stream ({error})", where) from None
    require(len(content) <= most, f"more than {most} bytes", where)
    require(stream.eof and not stream.unused_data, "the zlib stream does not end where the blob does", where)
    return content


def packed(claim: dict[str, Any], proof: dict[str, Any], blobs: dict[str, bytes]) -> bytes:
    """The bytes of a certificate; `blobs` are compressed already."""
    members = {"claim.json": canonical(claim), "proof.json": canonical(proof)}
    members |= {f"blobs/{name}": blobs[name] for name in sorted(blobs)}
    return _zip(members)


def canonical(document: dict[str, Any]) -> bytes:
    """JSON with sorted keys, no blanks and no nan."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def read(path: str | Path) -> Certificate:
    """The certificate in a file. Raises Refused for whatever is not the canonical form of one, OSError for what cannot be read."""
    path = Path(path)
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    require(len(content) <= MOST_BYTES, f"larger than {MOST_BYTES} bytes", path.name)
    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            require(len(archive.infolist()) <= MOST_MEMBERS, "too many members", path.name)
            for entry in archive.infolist():
                require(entry.compress_type == zipfile.ZIP_STORED, "a compressed member", entry.filename)
                require(entry.filename not in members, "a member twice", entry.filename)
                require(entry.file_size <= len(content), "a member larger than the file", entry.filename)
                members[entry.filename] = archive.read(entry)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        OverflowError,
        OSError,
    ) as error:
        raise Refused(f"not a zip file that is whole ({error})", path.name) from None
    require({"claim.json", "proof.json"} <= members.keys(), "claim.json and proof.json must be there", path.name)
    claim, proof = (document(members[f"{name}.json"], f"{name}.json") for name in ("claim", "proof"))
    blobs = {name.removeprefix("blobs/"): data for name, data in members.items() if name.startswith("blobs/")}
    require(packed(claim, proof, blobs) == content, "not the canonical form of its content", path.name)
    return Certificate(claim, proof, blobs, hashlib.sha256(content).hexdigest())


def document(content: bytes, where: str) -> dict[str, Any]:
    """A JSON object, within the limits on size, depth and digits. Raises Refused for anything else."""
    require(len(content) <= MOST_JSON, f"more than {MOST_JSON} bytes", where)
    depth = deepest = digits = 0
    for byte in content:  # before the parser sees it, which recurses
        depth += (byte in b"[{") - (byte in b"]}")
        digits = digits + 1 if 48 <= byte <= 57 else 0
        deepest = max(deepest, depth)
        if deepest > MOST_DEPTH or digits > MOST_DIGITS:
            raise Refused("nested too deeply, or a number of too many digits", where)
    try:
        found = json.loads(content, parse_constant=_no_constant, object_pairs_hook=_no_repetition)
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON ({error})", where) from None
    require(isinstance(found, dict), "not an object", where)
    return dict(found)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found
