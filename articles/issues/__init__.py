"""An issue as a whole: planned, filled, put to bed, released, and taken back."""
