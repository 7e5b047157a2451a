"""From a frame or a picture to payload bytes."""
