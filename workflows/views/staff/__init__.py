"""Where staff act on a running case. Pages are shown by ``permits/views/staff``."""
