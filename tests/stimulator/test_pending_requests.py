"""Requests and their replies by number, as both HASOMED drivers keep them."""

from typing import NamedTuple

from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.therapy.units import LONG_AGO, NEVER


class Packet(NamedTuple):
    number: int
    command: int


def pending(max_number: int = 3) -> PendingRequests[int]:
    """Requests that are commands: a reply has the command after that of its request."""
    return PendingRequests(max_number, lambda request, command: command == request + 1)


def test_numbers_go_up_by_one_and_begin_anew_at_0() -> None:
    requests = pending()
    assert [requests.add(10, float(i)) for i in range(6)] == [1, 2, 3, 0, 1, 2]


def test_a_request_of_the_round_before_is_forgotten() -> None:
    requests = pending()
    for i in range(5):
        requests.add(10 * i, float(i))
    assert requests.oldest_at == 1.0
    assert requests.settle(Packet(1, 1)) is None
    assert requests.settle(Packet(1, 41)) == 40


def test_a_reply_settles_its_request_and_the_earlier_ones() -> None:
    requests = pending()
    for i in range(3):
        requests.add(10 * i, float(i))
    assert (requests.oldest_at, requests.newest_at) == (0.0, 2.0)
    assert requests.settle(Packet(2, 11)) == 10
    assert (requests.oldest_at, requests.newest_at) == (2.0, 2.0)
    assert requests.owes(lambda request: request == 20)
    assert not requests.owes(lambda request: request < 20)
    assert requests.settle(Packet(3, 21)) == 20
    assert not requests.is_owed


def test_a_reply_to_another_command_or_number_settles_nothing() -> None:
    requests = pending()
    requests.add(10, 5.0)
    assert requests.settle(Packet(1, 10)) is None
    assert requests.settle(Packet(2, 11)) is None
    assert requests.is_owed and requests.oldest_at == 5.0


def test_nothing_is_owed_after_all_was_dropped() -> None:
    requests = pending()
    requests.add(10, 5.0)
    requests.clear()
    assert not requests.is_owed
    assert (requests.oldest_at, requests.newest_at) == (NEVER, LONG_AGO)
