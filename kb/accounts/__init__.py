"""People and towns: municipalities, departments, posts, users and their assignments."""
