"""What a person read last, for that person alone."""
