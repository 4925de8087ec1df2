"""Alembic's entry: the engine or URL comes from the caller in `config.attributes`."""

from alembic import context

from kb.migrations.metadata import METADATA, render_item

SETTINGS = {"target_metadata": METADATA, "render_as_batch": True, "render_item": render_item, "compare_type": True}

if context.is_offline_mode():
    context.configure(url=context.config.attributes["url"], literal_binds=True, **SETTINGS)
    with context.begin_transaction():
        context.run_migrations()
else:
    context.configure(connection=context.config.attributes["connection"], **SETTINGS)
    context.run_migrations()
