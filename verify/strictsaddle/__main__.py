"""`python -m strictsaddle` is the command."""

import runpy

if __name__ == "__main__":
    runpy.run_module("strictsaddle_cli", run_name="__main__", alter_sys=True)
