"""The only room that speaks SQL: tables, the journal that commits, the views that answer, and the embedded server."""
