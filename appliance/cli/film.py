"""The film of a session: what the panel shows, as an animated GIF."""

from pathlib import Path

from PIL import Image

from appliance.screen.draw import draw
from appliance.session.view import View
from appliance.settings.words import Words

ZOOM = 3
LONG_MS, SHORT_MS = 900, 250
DARK, LIT = (10, 16, 20), (150, 220, 255)


class Film:
    """Pictures with the time that each one is shown."""

    def __init__(self, language: str = "en") -> None:
        self._words = Words.load(language)
        self._frames: list[Image.Image] = []
        self._shown_ms: list[int] = []

    def take(self, view: View, shown_ms: int = LONG_MS) -> None:
        """One frame, unless it looks like the last one."""
        picture = draw(view, self._words).convert("L").convert("P")
        picture.putpalette([*DARK, *(LIT * 255)])
        if self._frames and self._frames[-1].tobytes() == picture.tobytes():
            return
        self._frames.append(picture)
        self._shown_ms.append(shown_ms)

    def save(self, path: Path) -> None:
        """Write the GIF. Raises OSError."""
        size = (self._frames[0].width * ZOOM, self._frames[0].height * ZOOM)
        first, *others = (frame.resize(size, Image.Resampling.NEAREST) for frame in self._frames)
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self._shown_ms,
            loop=0,
            optimize=True,
        )
