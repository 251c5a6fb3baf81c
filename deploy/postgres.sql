-- What the PostgreSQL image runs once, as superuser, in a new cluster: a role with no more rights than it needs, which
-- owns the store. Its password is a file of prepare.sh's; psql reads it.
\set ON_ERROR_STOP on
\set password `cat "${KINOBASE_PASSWORD_FILE}"`
CREATE ROLE kinobase LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE kinobase OWNER kinobase ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE kinobase FROM PUBLIC;
