"""The database: tables, migrations, and one file of statements per noun. Nothing here decides."""
