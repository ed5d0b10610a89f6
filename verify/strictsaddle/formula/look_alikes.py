"""Names that look the same and are not: Cyrillic and Greek letters drawn like Latin ones, and variants that Unicode calls compatible.

The pairs are those single letters of Unicode's list of confusables (UTS 39) that may stand in a name.
"""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf"  # Cyrillic small
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0405\u0408\u051a\u051c"  # Cyrillic capital
    "\u03bf\u03bd\u03f2\u03f3"  # Greek small
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",  # Greek capital
    "aeopcxyijshdqwlABEKMHOPCTXYISJQWovcjABEZHIKMNOPTYX",
)


def look_of(name: str) -> str:
    """Equal for names that are drawn alike."""
    return unicodedata.normalize("NFKC", name).translate(_LETTERS)
