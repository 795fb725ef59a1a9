"""What is done with sound, all of it by ffmpeg in processes of its own: joined, levelled, tagged, written."""

# Goes up whenever the same sounds would become another recording.
RULES = 1
