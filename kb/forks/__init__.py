"""派生: a town takes over another town's manual, or some of its steps, and its origin stays known."""
