"""From a picture to the bytes of the codes in it."""
