"""Import of reference layers: read, map, validate, publish a snapshot."""
