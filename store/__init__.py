"""What Gleaner remembers: frozen records, tables, queries by noun, migrations. Only here is SQLAlchemy known."""
