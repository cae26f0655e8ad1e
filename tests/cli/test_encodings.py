"""A terminal or a service that speaks Latin-1 or ASCII: output never raises for its encoding."""

import io
import sys

import pytest

from appliance.cli import main


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp437"])
@pytest.mark.parametrize("verb", [["sound", "--help"], ["wiring"], ["config", "show"]])
def test_verbs_print_in_any_encoding(
    encoding: str, verb: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[plan]\npeople = ["Zoë Š"]\n', "utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", out)
    rest = [] if "--help" in verb else ["--config", str(config)]
    try:
        assert main([*verb, *rest]) == 0
    except SystemExit as ended:
        assert ended.code == 0
    out.flush()
    assert out.buffer.getvalue()
