"""Plain-Python GIS core: coordinate systems, layers, readers, site plans, checks. Knows no Django."""
