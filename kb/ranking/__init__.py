"""Which manuals towns value most: likes and adoptions counted together with what is live."""
