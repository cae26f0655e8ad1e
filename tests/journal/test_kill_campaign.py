"""A writer that is killed at any moment leaves a journal that opens and is consistent."""

import pytest

from tests.journal.kill_campaign import kill_once


@pytest.mark.parametrize("seed", range(20))
def test_a_kill_at_a_random_moment_leaves_a_whole_journal(tmp_path, seed):
    assert kill_once(tmp_path, seed) is None
