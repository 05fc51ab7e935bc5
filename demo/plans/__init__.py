"""Documents of the demo's applications: drawings and texts that look like those an architect's office submits."""

from demo.plans.documents import DRAWN_ON, KINDS, PlanDocument, file_name_of, make_documents, make_plan_pdf

__all__ = ["DRAWN_ON", "KINDS", "PlanDocument", "file_name_of", "make_documents", "make_plan_pdf"]
