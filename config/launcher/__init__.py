"""Runs the whole site from one clone: embedded PostgreSQL, web server and worker. Plain Python, no Django."""
