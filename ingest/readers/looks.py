"""How characters look, as styles say it one over another, and whether a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How the characters of a style look; None where it says nothing."""

    hidden: bool | None = None
    white: bool | None = None
    tiny: bool | None = None
    shaded: bool | None = None

    def over(self, under: Look) -> Look:
        """Return this look where it says something, and another one where it does not."""
        if self is PLAIN:
            return under
        return Look(
            under.hidden if self.hidden is None else self.hidden,
            under.white if self.white is None else self.white,
            under.tiny if self.tiny is None else self.tiny,
            under.shaded if self.shaded is None else self.shaded,
        )

    def hides(self) -> str:
        """Return why a reader does not see the characters, "" where they are seen."""
        if self.hidden:
            return "hidden text"
        if self.tiny:
            return "zero-size text"
        return "white text" if self.white and not self.shaded else ""


PLAIN = Look()
