"""What people see: pages, the component they are drawn with, and the routes of its frames."""
