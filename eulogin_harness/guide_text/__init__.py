"""The text of guides: their files are read, checked and made into sentences of a language; nothing is drawn."""
