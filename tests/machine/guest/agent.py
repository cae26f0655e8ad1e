"""In the guest: runs the shell commands that come through a virtio port, a JSON line each."""

import json
import subprocess
import time
from pathlib import Path

PORT = Path("/dev/virtio-ports/agent")

if __name__ == "__main__":
    while not PORT.exists():
        time.sleep(0.1)
    with PORT.open("r+b", buffering=0) as port:
        while True:
            line = port.readline()
            if not line:
                time.sleep(0.1)
                continue
            done = subprocess.run(
                ["sh", "-c", json.loads(line)], capture_output=True, text=True, check=False
            )
            answer = json.dumps([done.returncode, done.stdout + done.stderr]) + "\n"
            port.write(answer.encode())
