"""Where a picture can be shown: the port of the panels, and those without any hardware."""

from pathlib import Path
from typing import Protocol

from PIL import Image

from appliance.errors import ScreenError


class Glass(Protocol):
    """Something that shows pictures.

    Every verb raises ScreenError when it is out of reach; a glass that raised is let go.
    """

    def show(self, picture: Image.Image) -> None:
        """Show the picture; sends only what differs from the last one."""

    def refresh(self) -> None:
        """Set the controller up again and send everything, a pixel shifted."""

    def dim(self, *, dimmed: bool) -> None:
        """Lower the brightness while nobody uses the box, or restore it."""

    def invert(self, *, inverted: bool) -> None:
        """Show lit pixels dark and dark ones lit, or undo that, without a new picture."""

    def close(self) -> None:
        """Let go; the picture stays."""


class NoGlass:
    """Driver `none`: no panel at all."""

    def show(self, picture: Image.Image) -> None:
        pass

    def refresh(self) -> None:
        pass

    def dim(self, *, dimmed: bool) -> None:
        pass

    def invert(self, *, inverted: bool) -> None:
        pass

    def close(self) -> None:
        pass


class CaptureGlass(NoGlass):
    """Driver `capture`: the newest picture as `screen.png`, replaced in one piece."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "screen.png"

    def show(self, picture: Image.Image) -> None:
        partial = self._path.with_name(".screen.png.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(partial, format="PNG")
            partial.replace(self._path)
        except OSError as error:
            raise ScreenError(f"capture: cannot write {self._path}: {error}") from error
