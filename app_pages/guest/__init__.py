"""The patient's window beside the desk."""
