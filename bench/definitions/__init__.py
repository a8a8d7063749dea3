"""Seeded random definitions over the reference schema, each with the SQL of DuckDB that says the same, made from the same random draws."""
