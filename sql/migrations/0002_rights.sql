-- Who may do what with the tables of 0001. The roles are made by sql/roles.sql.

GRANT SELECT ON iec_statuses TO icegate_portal_role, icegate_loader_role, icegate_reader_role;
GRANT SELECT ON gstin_statuses TO icegate_portal_role, icegate_loader_role, icegate_reader_role;
GRANT SELECT ON schema_migrations TO icegate_portal_role, icegate_loader_role, icegate_reader_role;

-- The portal reads the master and changes everything that a registrant can change; of the audit it can only add rows.
GRANT SELECT ON master_entries TO icegate_portal_role;
GRANT SELECT ON master_loads TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON temporary_passwords TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON registrations TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON accounts TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON icegate_ids TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON otp_pairs TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON outbox TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON sessions TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON attempt_counters TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON used_captchas TO icegate_portal_role;
GRANT INSERT ON audit_events TO icegate_portal_role;

-- The loader writes the master and issues temporary passwords; of accounts it sees which pairs have one.
GRANT SELECT, INSERT, UPDATE, DELETE ON master_entries TO icegate_loader_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON master_staging TO icegate_loader_role;
GRANT SELECT, INSERT, UPDATE ON master_loads TO icegate_loader_role;
GRANT SELECT, INSERT, UPDATE ON temporary_passwords TO icegate_loader_role;
GRANT SELECT (iec, gstin) ON accounts TO icegate_loader_role;
GRANT INSERT ON outbox TO icegate_loader_role;
GRANT INSERT ON audit_events TO icegate_loader_role;

-- The reader sees no hash, no nonce and no session.
GRANT SELECT ON master_entries TO icegate_reader_role;
GRANT SELECT ON master_loads TO icegate_reader_role;
GRANT SELECT (id, iec, gstin, issued_at, expires_at, ended_at, end_reason) ON temporary_passwords TO icegate_reader_role;
GRANT SELECT (id, iec, gstin, step, icegate_id, started_at, verified_at, expires_at, ended_at, end_reason)
    ON registrations TO icegate_reader_role;
GRANT SELECT (id, icegate_id, iec, gstin, category, created_at, closed_at) ON accounts TO icegate_reader_role;
GRANT SELECT (id, template, channel, language, state, attempts, created_at, next_attempt_at, ended_at)
    ON outbox TO icegate_reader_role;
GRANT SELECT ON audit_events TO icegate_reader_role;
