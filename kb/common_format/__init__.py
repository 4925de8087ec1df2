"""The common format (共通書式): one town's manual for one procedure as a value. Pure: no tables, clock or Flask."""
