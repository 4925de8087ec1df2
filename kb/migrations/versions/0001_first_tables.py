"""first tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("prefecture", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kana", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "市",
                "町",
                "村",
                "特別区",
                "都道府県",
                "広域連合",
                "組合",
                name="municipalitykind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_as_of", sa.Date(), nullable=True),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
    )
    op.create_table(
        "phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("meaning", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
    )
    with op.batch_alter_table("phase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phase_kind"), ["kind"], unique=False)

    op.create_table(
        "work_area",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("std20", sa.Integer(), nullable=True),
        sa.Column("fiscal_kan", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["parent_code"], ["work_area.code"], name=op.f("fk_work_area_parent_code_work_area")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_work_area")),
    )
    with op.batch_alter_table("work_area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_area_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_department_municipality_code_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
    )
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_municipality_code"), ["municipality_code"], unique=False)

    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_participation_municipality_code_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participation_municipality_code"), ["municipality_code"], unique=False)

    op.create_table(
        "procedure",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("work_area_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_area_code"], ["work_area.code"], name=op.f("fk_procedure_work_area_code_work_area")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_procedure")),
    )
    with op.batch_alter_table("procedure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_procedure_work_area_code"), ["work_area_code"], unique=False)

    op.create_table(
        "term",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("preferred", sa.String(length=80), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("definition", sa.String(length=1000), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("not_to_confuse", sa.JSON(), nullable=False),
        sa.Column("work_area_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["work_area_code"], ["work_area.code"], name=op.f("fk_term_work_area_code_work_area")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_term")),
        sa.UniqueConstraint("preferred", name=op.f("uq_term_preferred")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_user_municipality_code_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("login", name=op.f("uq_user_login")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_municipality_code"), ["municipality_code"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_post_department_id_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_department_id"), ["department_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "reader",
                "author",
                "approver",
                "administrator",
                "operator",
                name="role",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_assignment_post_id_post")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_assignment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_user_id"), ["user_id"], unique=False)

    op.create_table(
        "manual",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_manual_municipality_code_municipality")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_manual_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual")),
        sa.UniqueConstraint("municipality_code", "slug", name=op.f("uq_manual_municipality_code_slug")),
    )
    op.create_table(
        "outbox_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manual_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["manual_id"], ["manual.id"], name=op.f("fk_outbox_entry_manual_id_manual")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_entry")),
    )
    with op.batch_alter_table("outbox_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_entry_due_at"), ["due_at"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manual_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("procedure_key", sa.String(), nullable=True),
        sa.Column("work_area_code", sa.String(), nullable=True),
        sa.Column("format_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("parameter_values", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_revision_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["manual_id"], ["manual.id"], name=op.f("fk_revision_manual_id_manual")),
        sa.ForeignKeyConstraint(["procedure_key"], ["procedure.key"], name=op.f("fk_revision_procedure_key_procedure")),
        sa.ForeignKeyConstraint(
            ["work_area_code"], ["work_area.code"], name=op.f("fk_revision_work_area_code_work_area")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("manual_id", "number", name=op.f("uq_revision_manual_id_number")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_manual_id"), ["manual_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_procedure_key"), ["procedure_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_work_area_code"), ["work_area_code"], unique=False)

    op.create_table(
        "fragment",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("renderer", sa.String(length=16), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_fragment_revision_id_revision")),
        sa.PrimaryKeyConstraint("revision_id", "renderer", "redacted", name=op.f("pk_fragment")),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manual_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("public", "members", "municipality", name="audience", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("live_from", sa.DateTime(), nullable=False),
        sa.Column("live_until", sa.DateTime(), nullable=True),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("change_note", sa.String(length=300), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_publication_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["manual_id"], ["manual.id"], name=op.f("fk_publication_manual_id_manual")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_publication_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("manual_id", "edition", name=op.f("uq_publication_manual_id_edition")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_live_from"), ["live_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_manual_id"), ["manual_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_revision_id"), ["revision_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_revision_id"))
        batch_op.drop_index(batch_op.f("ix_publication_manual_id"))
        batch_op.drop_index(batch_op.f("ix_publication_live_from"))

    op.drop_table("publication")
    op.drop_table("fragment")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_work_area_code"))
        batch_op.drop_index(batch_op.f("ix_revision_procedure_key"))
        batch_op.drop_index(batch_op.f("ix_revision_manual_id"))

    op.drop_table("revision")
    with op.batch_alter_table("outbox_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_entry_due_at"))

    op.drop_table("outbox_entry")
    op.drop_table("manual")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_user_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_post_id"))

    op.drop_table("assignment")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_department_id"))

    op.drop_table("post")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_municipality_code"))

    op.drop_table("user")
    op.drop_table("term")
    with op.batch_alter_table("procedure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_procedure_work_area_code"))

    op.drop_table("procedure")
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_municipality_code"))

    op.drop_table("participation")
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_municipality_code"))

    op.drop_table("department")
    with op.batch_alter_table("work_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_area_parent_code"))

    op.drop_table("work_area")
    with op.batch_alter_table("phase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phase_kind"))

    op.drop_table("phase")
    op.drop_table("municipality")
