"""What this room holds about readers: nothing. No advertisement here knows who looks at it."""

from magazine.personal import Holding, about_nobody

HOLDINGS: tuple[Holding, ...] = about_nobody("advertising.Creative", "advertising.Placement")
