"""Many desks at once at one real server, as their browsers work it, and what that costs."""
