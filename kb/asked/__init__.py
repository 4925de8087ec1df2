"""What people searched for, as sums that know nobody: how often, how often in vain, how often a result was opened."""
