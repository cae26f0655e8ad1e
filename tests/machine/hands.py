"""In the machine: the service as it ships on mock pins, and hands that a FIFO moves.

python3 hands.py CONFIG FIFO
"""

import os
import sys

from tests.service import handled_run

if __name__ == "__main__":
    # Open at both ends: it is never at its end, and opening it waits for nobody.
    os.dup2(os.open(sys.argv[2], os.O_RDWR), 0)
    sys.exit(handled_run.run(sys.argv[1], starts_at_ready=False))
