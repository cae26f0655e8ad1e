"""What `doctor` says of the parts of a service that runs, or that may run."""

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from appliance.controls.gpio_lines import Chip
from appliance.doctor.finding import Finding, Verdict
from appliance.doctor.host import Host
from appliance.service.control_socket import NAME, ControlServer
from tests.doctor.parts import make_parts, only, raising, verdicts


def running(**changed: Any) -> dict[str, Any]:
    usual = {
        "state": "locked",
        "stop_pressed": False,
        "faults": [],
        "board": {"driver": "reference", "firmware": "1.0", "link": "up"},
    }
    return usual | changed


def test_while_the_service_runs_its_parts_are_left_alone(host: Host, tmp_path: Path):
    parts = make_parts(
        host, tmp_path,
        read_chip=lambda *_: Chip("x", {17: "lg"}),
        find_board=raising(AssertionError("the port is the service's")),
    )  # fmt: skip
    parts.running = running()
    findings = [*parts.pins(), *parts.stop(), *parts.board()]
    assert verdicts(findings) == [Verdict.GOOD] * 3


def test_a_pressed_stop_and_a_wrong_firmware_are_told_by_the_service(host: Host, tmp_path: Path):
    parts = make_parts(host, tmp_path)
    parts.running = running(
        stop_pressed=True,
        faults=[{"id": "board_layout", "detail": "", "text": "x", "next": "y"}],
        board={"driver": "reference", "firmware": "0.1", "link": "down"},
    )
    assert "5 ohm" in only(parts.stop()).to_do
    assert "flash" in only(parts.board()).to_do


@pytest.mark.parametrize("fault", ["settings_wrong", "pins_failed"])
def test_a_service_that_opened_no_pins_says_nothing_of_stop_and_board(
    host: Host, tmp_path: Path, fault: str
):
    parts = make_parts(host, tmp_path)
    parts.running = running(
        stop_pressed=True,
        faults=[{"id": fault, "detail": "why", "text": "x", "next": "y"}],
        board={"driver": "reference", "firmware": None, "link": "down"},
    )
    findings = [*parts.stop(), *parts.enable_pump(), *parts.board()]
    assert verdicts(findings) == [Verdict.WARN] * 3
    assert {one.seen for one in findings} == {"not looked at: the service has opened no pins"}


def test_a_pin_that_failed_later_leaves_stop_and_board_to_the_service(host: Host, tmp_path: Path):
    parts = make_parts(host, tmp_path)
    fault = {"id": "pins_failed", "detail": "", "text": "x", "next": "y"}
    parts.running = running(stop_pressed=True, faults=[fault])
    assert "pressed" in only(parts.stop()).seen
    assert only(parts.board()).verdict is Verdict.GOOD


def leaves_all_alone(host: Host, tmp_path: Path) -> Finding:
    """Check that no part is opened and no line of ours called a stranger's; what the service is."""
    parts = make_parts(
        host, tmp_path,
        read_chip=lambda *_: Chip("x", {17: "ems-appliance", 18: "lg", 27: "onewire@1b"}),
        is_low=raising(AssertionError("the pins are the service's")),
        find_board=raising(AssertionError("the port is the service's")),
    )  # fmt: skip
    service = only(parts.service())
    assert only(parts.pins()).seen == "GPIO 27 (confirm) is held by onewire@1b"
    left = [*parts.stop(), *parts.enable_pump(), *parts.board()]
    assert [finding.part for finding in left] == ["stop", "enable pump", "board"]
    assert {finding.seen for finding in left} == {"not looked at: the service may have it"}
    return service


def test_a_service_that_has_the_socket_and_does_not_answer_keeps_its_parts(
    host: Host, tmp_path: Path
):
    (tmp_path / "run").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "run" / NAME))
        listener.listen(1)
        hangs_up = threading.Thread(target=lambda: listener.accept()[0].close())
        hangs_up.start()
        service = leaves_all_alone(host, tmp_path)
        hangs_up.join()
    assert service.verdict is Verdict.BAD
    assert service.seen == "has the socket and does not answer"


def test_a_service_that_this_user_may_not_ask_keeps_its_parts(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Root may always, so the kernel's answer to everybody else stands in.
    monkeypatch.setattr(socket.socket, "connect", raising(PermissionError(13, "denied")))
    service = leaves_all_alone(host, tmp_path)
    assert (service.verdict, service.seen) == (Verdict.WARN, "may be running")


def test_a_service_that_does_not_answer_is_no_traceback(host: Host, tmp_path: Path):
    ControlServer(tmp_path / "run").close()
    assert only(make_parts(host, tmp_path).service()).verdict is Verdict.WARN
