"""`python -m inspector.recorder OPTIONS_AS_JSON`."""

import sys

from inspector.recorder._process import main

raise SystemExit(main(sys.argv[1]))
