"""What a process of the line does not need, it does not import: each library costs every start of a line."""

from __future__ import annotations

import subprocess
import sys


def test_the_launcher_imports_no_pictures_no_model_runtime_and_no_modbus() -> None:
    script = (
        "import sys, inspector.app._launcher\n"
        "found = {'cv2', 'onnxruntime', 'pymodbus', 'zmq'} & sys.modules.keys()\n"
        "sys.exit(', '.join(sorted(found)) or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, f"imported: {result.stderr}"
