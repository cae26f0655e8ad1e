"""In the guest: moves contacts of the header, in the guest's own time.

python3 fingers.py 27=0 wait=0.1 27=1
"""

import sys
import time
from pathlib import Path

CONTACT = Path("/sys/module/header/parameters/contact")

if __name__ == "__main__":
    for move in sys.argv[1:]:
        what, value = move.split("=")
        if what == "wait":
            time.sleep(float(value))
        else:
            CONTACT.write_text(f"{what} {value}")
