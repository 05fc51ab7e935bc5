"""What runs in the limited process that reads IFC. Only here is ifcopenshell imported; the product never does."""
