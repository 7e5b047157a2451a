"""One person's data, for who asks for their own: found, taken out, corrected, erased."""
