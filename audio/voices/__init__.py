"""Who reads aloud: voices of several kinds behind one small protocol."""
