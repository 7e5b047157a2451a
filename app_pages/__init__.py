"""The pages and the routes beside them; they ask the rooms of `verification` and draw."""
