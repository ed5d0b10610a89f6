"""The version, which verdicts carry and the build reads, and the folder of the package's own source."""

from pathlib import Path

__version__ = "0.1.0"
VERSIONS = {"strictsaddle": __version__}  # as records carry them
PACKAGE = Path(__file__).resolve().parent
