"""The store: SQLAlchemy models, one repository for each noun, Alembic migrations."""
