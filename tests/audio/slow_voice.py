"""A voice for ``MAGAZINE_AUDIO_COMMAND``: a tone for each sentence, after a moment; and a line in a file.

python slow_voice.py SECONDS FILE
"""

import io
import math
import sys
import time
import wave
from array import array

RATE = 22_050

if __name__ == "__main__":
    sentence = sys.stdin.read()
    time.sleep(float(sys.argv[1]))
    with open(sys.argv[2], "a") as spoken:
        spoken.write(sentence)
    samples = array("h", (int(9_000 * math.sin(n / 16)) for n in range(RATE // 5 + 20 * len(sentence))))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    sys.stdout.buffer.write(out.getvalue())
