"""What listeners see and fetch."""

from audio.views.files import file
from audio.views.mine import move, my_list, place, put_by, take_off
from audio.views.queues import issue

__all__ = ["file", "issue", "move", "my_list", "place", "put_by", "take_off"]
