"""What an administrator does for a town: departments, posts, assignments, invitations, accounts."""
