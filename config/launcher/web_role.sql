-- The role under which web servers and workers use the database: it reads and writes rows, and owns nothing. So it
-- can neither switch off the triggers that keep records as they are, nor drop or empty a table. Run by the owner of
-- the tables after every migration; can be run again at any time.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bauakte_web') THEN
        CREATE ROLE bauakte_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO bauakte_web', current_database());
END
$$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO bauakte_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO bauakte_web;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO bauakte_web;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO bauakte_web;
REVOKE INSERT, UPDATE, DELETE ON TABLE django_migrations FROM bauakte_web;
