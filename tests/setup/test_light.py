"""What only `setup` needs is loaded by `setup` alone."""

import subprocess
import sys


def test_the_service_and_the_list_of_verbs_load_no_textual() -> None:
    code = (
        "import sys, appliance.cli, appliance.service.assembly, appliance.service.loop\n"
        "appliance.cli.whole_parser()\n"
        "print({'textual', 'rich', 'appliance.setup'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
