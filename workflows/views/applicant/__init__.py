"""What the applicant's side does on a running case."""
