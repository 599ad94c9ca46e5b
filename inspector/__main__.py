"""`python -m inspector` is `inspector`."""

from inspector.cli import main

raise SystemExit(main())
