"""``python -m ripple_core.cli`` is ``ripple``."""

import sys

from ripple_core.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
