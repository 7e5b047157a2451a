"""What is tried on a picture whose code a plain reader leaves unread."""
