-- The database accounts of the portal's programs, each with what its work needs and no more.
--
-- Run once by a database administrator, after `CREATE DATABASE icegate`, before the first `icegatectl migrate`:
--
--   SET @portal_password = '…', @loader_password = '…', @migrator_password = '…', @reader_password = '…',
--       @auditor_password = '…', @keeper_password = '…';
--   SOURCE sql/roles.sql
--
-- Roles carry the rights on tables: each migration grants them for the tables that it makes. Running this file again
-- sets the passwords anew. Accounts are for programs on this host; for others, set @icegate_host before ('10.0.0.%').

SET @icegate_host = IFNULL(@icegate_host, 'localhost');

CREATE ROLE IF NOT EXISTS icegate_portal_role;
CREATE ROLE IF NOT EXISTS icegate_loader_role;
CREATE ROLE IF NOT EXISTS icegate_reader_role;
CREATE ROLE IF NOT EXISTS icegate_auditor_role;
CREATE ROLE IF NOT EXISTS icegate_keeper_role;

-- icegate_portal: serves the pages and sends the messages. No DDL, no delete, no change of the audit, the master or the
-- administrators.
EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER icegate_portal@', QUOTE(@icegate_host), ' IDENTIFIED BY ', QUOTE(@portal_password));
EXECUTE IMMEDIATE CONCAT('GRANT icegate_portal_role TO icegate_portal@', QUOTE(@icegate_host));
EXECUTE IMMEDIATE CONCAT('SET DEFAULT ROLE icegate_portal_role FOR icegate_portal@', QUOTE(@icegate_host));

-- icegate_loader: loads the master and issues temporary passwords.
EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER icegate_loader@', QUOTE(@icegate_host), ' IDENTIFIED BY ', QUOTE(@loader_password));
EXECUTE IMMEDIATE CONCAT('GRANT icegate_loader_role TO icegate_loader@', QUOTE(@icegate_host));
EXECUTE IMMEDIATE CONCAT('SET DEFAULT ROLE icegate_loader_role FOR icegate_loader@', QUOTE(@icegate_host));

-- icegate_reader: reads what holds no secret, for reports and the help desk.
EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER icegate_reader@', QUOTE(@icegate_host), ' IDENTIFIED BY ', QUOTE(@reader_password));
EXECUTE IMMEDIATE CONCAT('GRANT icegate_reader_role TO icegate_reader@', QUOTE(@icegate_host));
EXECUTE IMMEDIATE CONCAT('SET DEFAULT ROLE icegate_reader_role FOR icegate_reader@', QUOTE(@icegate_host));

-- icegate_auditor: reads the audit and adds seals to it. No change of an event or of a seal.
EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER icegate_auditor@', QUOTE(@icegate_host), ' IDENTIFIED BY ', QUOTE(@auditor_password));
EXECUTE IMMEDIATE CONCAT('GRANT icegate_auditor_role TO icegate_auditor@', QUOTE(@icegate_host));
EXECUTE IMMEDIATE CONCAT('SET DEFAULT ROLE icegate_auditor_role FOR icegate_auditor@', QUOTE(@icegate_host));

-- icegate_keeper: takes away what was kept long enough, closes accounts, ends registrations. No secret is readable to it.
EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER icegate_keeper@', QUOTE(@icegate_host), ' IDENTIFIED BY ', QUOTE(@keeper_password));
EXECUTE IMMEDIATE CONCAT('GRANT icegate_keeper_role TO icegate_keeper@', QUOTE(@icegate_host));
EXECUTE IMMEDIATE CONCAT('SET DEFAULT ROLE icegate_keeper_role FOR icegate_keeper@', QUOTE(@icegate_host));

-- icegate_migrator: makes and changes the tables, and grants rights on them to the roles.
EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER icegate_migrator@', QUOTE(@icegate_host), ' IDENTIFIED BY ', QUOTE(@migrator_password));
EXECUTE IMMEDIATE CONCAT('GRANT ALL ON icegate.* TO icegate_migrator@', QUOTE(@icegate_host), ' WITH GRANT OPTION');
