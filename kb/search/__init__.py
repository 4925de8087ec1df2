"""Search: documents and queries as values behind the `Index` port; knows no tables and no manuals."""
