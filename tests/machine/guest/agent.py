"""In the guest: does what comes through a virtio port, a JSON line each, in the guest's own time.

    {"shell": "uname -r"}                       answers its exit code, and what it said
    {"now": null}                               answers 0 and its monotonic clock, seconds
    {"status": null}                            answers 0 and the service's status, or 1
    {"moves": ["27=0", "wait=0.1", "27=1"]}     moves contacts of the header, answers 0

A new process each time would be most of what an emulated machine has to do.
"""

import json
import socket
import subprocess
import time
from pathlib import Path

PORT = Path("/dev/virtio-ports/agent")
CONTACT = Path("/sys/module/header/parameters/contact")
CONTROL = "/run/ems-appliance/control.sock"


def shell(command: str) -> tuple[int, str]:
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def status(_: None) -> tuple[int, str]:
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(2)
        try:
            control.connect(CONTROL)
            control.sendall(b'{"verb": "status"}\n')
            line = control.makefile().readline()
        except OSError as error:
            return 1, str(error)
    return (0, line) if line else (1, "no answer")


def now(_: None) -> tuple[int, str]:
    return 0, str(time.monotonic())


def moves(words: list[str]) -> tuple[int, str]:
    for word in words:
        what, value = word.split("=")
        if what == "wait":
            time.sleep(float(value))
        else:
            CONTACT.write_text(f"{what} {value}")
    return 0, ""


def serve() -> None:
    verbs = {"shell": shell, "status": status, "now": now, "moves": moves}
    with PORT.open("r+b", buffering=0) as port:
        while True:
            line = port.readline()
            if not line:
                # Nobody is at the other end yet.
                time.sleep(0.1)
                continue
            ((verb, what),) = json.loads(line).items()
            try:
                said = verbs[verb](what)
            except OSError as error:
                said = 1, repr(error)
            answer = json.dumps(said).encode() + b"\n"
            while answer:
                # The port takes 32 KiB at a time.
                answer = answer[port.write(answer) :]


if __name__ == "__main__":
    while not PORT.exists():
        time.sleep(0.1)
    serve()
