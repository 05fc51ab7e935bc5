"""Pages of the applicant's side up to submission, and reading what came of it."""
