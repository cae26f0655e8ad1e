"""Which languages there are words for."""

from importlib import resources


def languages() -> tuple[str, ...]:
    """Their codes, in order."""
    folder = resources.files(__package__) / "words"
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else ["en.toml"]
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))
