"""What the audio room keeps, a noun to a file."""

from audio.models.listening import FeedAlarm, FeedVisit, Place, PutBy
from audio.models.narration import Narration, Wording
from audio.models.voices import Pronunciation, VoiceChoice

__all__ = [
    "FeedAlarm",
    "FeedVisit",
    "Narration",
    "Place",
    "Pronunciation",
    "PutBy",
    "VoiceChoice",
    "Wording",
]
