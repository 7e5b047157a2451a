"""What all pages share: who is there, words, the strip on top, the watch."""
