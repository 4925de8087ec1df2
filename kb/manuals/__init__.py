"""A town's manuals and the immutable revisions of their content."""
