"""Inspector: edge vision inspection that rejects by default."""

import os

__version__ = "0.1.0"

# Official builds of ONNX Runtime report their use to their maker: a database, threads and network traffic
# of their own, in the hot process too. This must stand in the environment before they are imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
