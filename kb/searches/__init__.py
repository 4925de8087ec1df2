"""What a person searches for, for that person alone: searches under a name of their own, and the words of the last ones."""
