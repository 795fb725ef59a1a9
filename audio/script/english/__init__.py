"""How English is read aloud: a rule for each kind of thing that is written otherwise than it is said.

Each module holds one kind and gives one function from text to text. ``audio.script.speaking`` calls them in
order: what is written with figures first, for the later ones see words only. No pattern looks at a character
more often than a fixed number of times, so that no text takes long.
"""
