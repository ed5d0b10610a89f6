"""`python -m strictsaddle_cli` is the command."""

import sys

from strictsaddle_cli.main import main

if __name__ == "__main__":
    sys.exit(main())
