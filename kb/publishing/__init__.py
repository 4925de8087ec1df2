"""What is live for whom: publications, their rendered fragments, and the way into the search index."""
