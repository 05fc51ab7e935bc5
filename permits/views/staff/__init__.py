"""The authority's pages of a case: reading. What acts on a running case is in ``workflows/views/staff``."""
