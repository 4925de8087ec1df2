"""ほしい手順書: what towns wish for, how many wish it, and which town is going to write it."""
