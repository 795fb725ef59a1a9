"""Audio at the desk: the board, each piece, how words are said, and by whom."""

from audio.admin.feed_alarms import FeedAlarmAdmin
from audio.admin.narration import NarrationAdmin
from audio.admin.pronunciation import PronunciationAdmin
from audio.admin.voices import VoiceChoiceAdmin

__all__ = ["FeedAlarmAdmin", "NarrationAdmin", "PronunciationAdmin", "VoiceChoiceAdmin"]
