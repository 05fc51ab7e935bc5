"""The demo town, its people, plans and cases: generated, so that the product can be shown without real data."""
