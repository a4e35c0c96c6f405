-- The console of the hosting administrator: who may open it, the OTPs and sessions of that, and what its figures are
-- read by. Administrators are no account holders: nothing of theirs stands in the tables of registrants.

CREATE TABLE administrators (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email         VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'where the OTPs go',
    password_hash VARCHAR(127) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    added_by      VARCHAR(128) NOT NULL COMMENT 'database account',
    added_at      DATETIME(6) NOT NULL,
    closed_at     DATETIME(6) NULL COMMENT 'a name that was closed is not given again',
    PRIMARY KEY (id),
    UNIQUE KEY administrators_name (name),
    CONSTRAINT administrators_form CHECK (name NOT REGEXP '[^a-z0-9._-]' AND name <> '')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The second step of an administrator's login: digits derived like every OTP, and good for the browser that gave the
-- password alone.
CREATE TABLE administrator_otps (
    id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    administrator_id BIGINT UNSIGNED NOT NULL,
    session_hash     BINARY(32) NOT NULL COMMENT 'of what the browser that gave the password was handed',
    nonce            BINARY(16) NOT NULL,
    key_id           INT UNSIGNED NOT NULL,
    email            VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    generated_at     DATETIME(6) NOT NULL,
    expires_at       DATETIME(6) NOT NULL,
    tries_allowed    TINYINT UNSIGNED NOT NULL,
    tries            TINYINT UNSIGNED NOT NULL DEFAULT 0,
    ended_at         DATETIME(6) NULL,
    end_reason       ENUM ('consumed', 'superseded', 'expired') CHARACTER SET ascii NULL,
    live             TINYINT AS (IF(ended_at IS NULL, 1, NULL)) PERSISTENT,
    PRIMARY KEY (id),
    UNIQUE KEY administrator_otps_session (session_hash),
    UNIQUE KEY administrator_otps_live (administrator_id, live),
    CONSTRAINT administrator_otps_of FOREIGN KEY (administrator_id) REFERENCES administrators (id),
    CONSTRAINT administrator_otps_tries CHECK (tries <= tries_allowed),
    CONSTRAINT administrator_otps_end CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE administrator_sessions (
    id_hash          BINARY(32) NOT NULL,
    administrator_id BIGINT UNSIGNED NOT NULL,
    created_at       DATETIME(6) NOT NULL,
    last_seen_at     DATETIME(6) NOT NULL,
    ends_at          DATETIME(6) NOT NULL COMMENT 'whatever happens',
    ended_at         DATETIME(6) NULL,
    end_reason       ENUM ('logout', 'timed_out', 'closed') CHARACTER SET ascii NULL,
    PRIMARY KEY (id_hash),
    KEY administrator_sessions_of (administrator_id),
    KEY administrator_sessions_end (ends_at),
    CONSTRAINT administrator_sessions_owner FOREIGN KEY (administrator_id) REFERENCES administrators (id),
    CONSTRAINT administrator_sessions_ended CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The console counts a time's events: the index by time holds all that it counts by, so that no row is fetched for it.
ALTER TABLE audit_events
    ADD administrator_id BIGINT UNSIGNED NULL,
    ADD KEY audit_events_counts (happened_at, action, outcome, registration_id),
    DROP KEY IF EXISTS audit_events_time;
ALTER TABLE outbox ADD KEY outbox_created (created_at);
ALTER TABLE attempt_counters ADD KEY attempt_counters_blocked (blocked_until);

-- The portal can make nobody an administrator and change no administrator's password.
GRANT SELECT ON administrators TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON administrator_otps TO icegate_portal_role;
GRANT SELECT, INSERT, UPDATE ON administrator_sessions TO icegate_portal_role;
GRANT SELECT (id, happened_at, action, outcome, registration_id) ON audit_events TO icegate_portal_role;
