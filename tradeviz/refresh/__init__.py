"""Refresh the data package from the public services, and see what the law has changed."""
