"""What is shown, and where and when it stands."""

from advertising.models.creative import Creative
from advertising.models.placement import Placement

__all__ = ["Creative", "Placement"]
