"""Binding plans (Bebauungspläne): what a plan says, what is wrong with it. Plain data, read by `gis.readers.xplan`."""
