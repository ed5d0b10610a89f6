"""python -m strictsaddle_proofs FILE.zip: exit 0 valid, 1 invalid, 2 no such file, 3 not checked."""

from __future__ import annotations

import argparse
import json
import sys

from strictsaddle_proofs import verify


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m strictsaddle_proofs", description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        found = verify(options.file, options.workers)
    except OSError as error:
        print(f"{options.file} cannot be read: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(found.to_dict(), indent=1))
    else:
        word = {True: "valid", False: "INVALID", None: "NOT CHECKED"}[found.valid]
        print(f"{word}: {found.reason}")
        for lemma in found.lemmas:
            print(f"  {lemma['type']:24} {lemma['count']:>12,} {lemma['seconds']:>9.2f} s")
        print("  rests on " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in found.rests_on.items()))
    return {True: 0, False: 1, None: 3}[found.valid]


if __name__ == "__main__":
    sys.exit(main())
