-- Upkeep and the help desk: what was kept long enough goes, accounts are closed, registrations ended, contacts erased.
-- serves: 9

-- First, since it fails where sql/roles.sql was not run again for the account of these commands: nothing is done then.
GRANT SELECT ON schema_migrations TO icegate_keeper_role;

-- A name is a name in every table.
ALTER TABLE registrations
    ADD CONSTRAINT registrations_icegate_id_form
        CHECK (icegate_id IS NULL OR icegate_id NOT REGEXP '[^A-Za-z0-9_-]' AND icegate_id <> '');

-- Of a pair one account is open. Who holds the pair may register again when the help desk has closed it; its name stays taken.
ALTER TABLE accounts
    ADD open TINYINT AS (IF(closed_at IS NULL, 1, NULL)) PERSISTENT AFTER closed_at,
    DROP KEY accounts_pair,
    ADD UNIQUE KEY accounts_pair (iec, gstin, open),
    ADD CONSTRAINT accounts_icegate_id_form CHECK (icegate_id NOT REGEXP '[^A-Za-z0-9_-]' AND icegate_id <> '');

-- Found by the clean-up without reading the tables whole.
ALTER TABLE registrations ADD KEY registrations_ended (ended_at);
ALTER TABLE sessions ADD KEY sessions_ended_at (ended_at);
ALTER TABLE feedback ADD KEY feedback_created (created_at);
ALTER TABLE temporary_passwords ADD KEY temporary_passwords_ended (ended_at);

-- A database that came back from a backup: what was done between the backup and the loss is gone.
CREATE TABLE restores (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    noted_at     DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    lost_from    DATETIME(6) NOT NULL COMMENT 'the newest moment that is in the backup',
    lost_until   DATETIME(6) NOT NULL COMMENT 'when the portal stopped',
    noted_by     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT restores_order CHECK (lost_from <= lost_until)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
GRANT SELECT ON restores TO icegate_portal_role, icegate_reader_role;

-- The keeper: no password's hash, no seed, no cookie is readable to it.
GRANT SELECT, DELETE ON attempt_counters TO icegate_keeper_role;
GRANT UPDATE (attempts, blocked_until) ON attempt_counters TO icegate_keeper_role;
GRANT SELECT (token_hash, expires_at), DELETE ON used_captchas TO icegate_keeper_role;
GRANT SELECT, DELETE ON message_requests TO icegate_keeper_role;
GRANT SELECT (id_hash, registration_id, account_id, created_at, last_seen_at, ends_at, ended_at, end_reason, client_address,
    browser), UPDATE (ended_at, end_reason), DELETE ON sessions TO icegate_keeper_role;
GRANT SELECT (id_hash, administrator_id, ends_at, ended_at), DELETE ON administrator_sessions TO icegate_keeper_role;
GRANT SELECT (id, administrator_id, expires_at, ended_at), DELETE ON administrator_otps TO icegate_keeper_role;
GRANT SELECT (id, iec, gstin, issued_at, expires_at, ended_at, end_reason), UPDATE (ended_at, end_reason, expires_at),
    DELETE ON temporary_passwords TO icegate_keeper_role;
GRANT SELECT (id, iec, gstin, legal_name, email, mobile, step, icegate_id, started_at, verified_at, expires_at, ended_at,
    end_reason, live), UPDATE (legal_name, email, mobile, password_hash, ended_at, end_reason), DELETE
    ON registrations TO icegate_keeper_role;
GRANT SELECT (id, icegate_id, registration_id, iec, gstin, legal_name, category, email, mobile, language, created_at,
    closed_at, open), UPDATE (legal_name, email, mobile, password_hash, closed_at) ON accounts TO icegate_keeper_role;
GRANT SELECT, UPDATE (reserved_until), DELETE ON icegate_ids TO icegate_keeper_role;
GRANT SELECT (id, registration_id, account_id, purpose, email, mobile, generated_at, expires_at, tries_allowed, live_tries,
    resume_tries, sends_allowed, sends, last_sent_at, ended_at, end_reason, live),
    UPDATE (email, mobile, ended_at, end_reason), DELETE ON otp_pairs TO icegate_keeper_role;
GRANT SELECT (id, template, channel, recipient, language, otp_pair_id, iec, gstin, icegate_id, state, attempts, gateway,
    reply, created_at, next_attempt_at, useful_until, ended_at, live),
    UPDATE (recipient, otp_pair_id, state, ended_at), DELETE ON outbox TO icegate_keeper_role;
GRANT SELECT, UPDATE (email), DELETE ON feedback TO icegate_keeper_role;
GRANT SELECT ON master_entries TO icegate_keeper_role;
GRANT SELECT ON master_versions TO icegate_keeper_role;
GRANT SELECT ON master_state TO icegate_keeper_role;
GRANT SELECT ON audit_events TO icegate_keeper_role;
GRANT INSERT (action, outcome, iec, gstin, icegate_id, registration_id, account_id, client_address, request_id,
    administrator_id, actor, subject) ON audit_events TO icegate_keeper_role;
GRANT SELECT, INSERT (lost_from, lost_until, noted_by) ON restores TO icegate_keeper_role;

-- The number under which nginx and the portal have logged the request that owes a message, for the courier's log.
ALTER TABLE outbox ADD request_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER priority;
