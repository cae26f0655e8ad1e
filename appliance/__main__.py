"""`python -m appliance`: the `ems-appliance` command."""

import sys

from appliance.cli import main

if __name__ == "__main__":
    sys.exit(main())
