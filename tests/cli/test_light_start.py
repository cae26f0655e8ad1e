import subprocess
import sys

PROGRAM = """
import sys
import appliance.cli
rooms = {name.split(".")[1] for name in sys.modules if name.startswith("appliance.")}
print(sorted(rooms - {"cli", "clock", "errors"}))
"""


def test_the_command_imports_no_room_before_its_verb_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
