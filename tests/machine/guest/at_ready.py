"""In the guest: the service as it ships, whose walk up to `ready` is taken as done when asked.

python3 at_ready.py CONFIG

It is asked by a file that is there when it starts. The pins are the kernel's.
"""

import sys
from pathlib import Path
from typing import Any

from appliance.cli import main
from appliance.service import assembly
from appliance.service.loop import Service
from tests.service.handled_run import write_down_ready

ASKED = Path("/run/at-ready")

assemble = assembly.assemble


def assembled(*arguments: Any) -> Service:
    service = assemble(*arguments)
    if ASKED.exists():
        write_down_ready(service)
    return service


if __name__ == "__main__":
    assembly.assemble = assembled  # type: ignore[assignment]
    sys.exit(main(["run", "--config", sys.argv[1]]))
