"""採用: a town declares that it uses another town's manual as it is."""
