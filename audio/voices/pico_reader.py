"""The process in which Pico reads, so that what happens to it happens to nobody else.

    python pico_reader.py en-GB FOLDER

For each line of its input it writes a WAV file into FOLDER, and says “Wrote” and its name.
"""

import sys
import wave
from pathlib import Path

from py_nanotts import NanoTTS

RATE = 16_000


def main(language: str, folder: str) -> None:
    pico = NanoTTS()
    for number, line in enumerate(sys.stdin):
        name = Path(folder) / f"{number}.wav"
        with wave.open(str(name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(pico.speak(line.strip(), voice=language))
        sys.stderr.write(f"Wrote {name}\n")
        sys.stderr.flush()


if __name__ == "__main__":
    main(*sys.argv[1:3])
