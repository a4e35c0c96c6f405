-- The audit made tamper-evident: a job seals the events in a chain that nobody continues or mends without the keys outside
-- the database. See AuditSeal.swift for what a seal covers, sql/README.md for what it proves.

-- First, since it fails where sql/roles.sql was not run again for the account of the sealing job: nothing is done then.
GRANT SELECT ON audit_events TO icegate_auditor_role;
GRANT SELECT ON schema_migrations TO icegate_auditor_role;

-- Who ran a command, and what else it was done to. The time is the database's own.
ALTER TABLE audit_events
    ADD actor VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'who ran a command: account and host by their operating system',
    ADD subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'what else it was done to: a load, a channel, a migration',
    ALTER happened_at SET DEFAULT (UTC_TIMESTAMP(6));

-- Who may add an event may choose neither its number nor its time: an old one cannot be added.
REVOKE INSERT ON audit_events FROM icegate_portal_role;
REVOKE INSERT ON audit_events FROM icegate_loader_role;
GRANT INSERT (action, outcome, iec, gstin, icegate_id, registration_id, account_id, client_address, request_id,
    administrator_id, actor, subject) ON audit_events TO icegate_portal_role, icegate_loader_role;

-- One row for each batch of events, numbered 1, 2, 3, … without gaps: the number is the place in the chain, and two that
-- seal at the same instant want the same one. AUTO_INCREMENT would let both have theirs.
CREATE TABLE audit_seals (
    number          BIGINT UNSIGNED NOT NULL,
    kind            ENUM ('regular', 'by_hand', 'retention') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    format          TINYINT UNSIGNED NOT NULL COMMENT 'of what the codes are made of',
    key_id          INT UNSIGNED NOT NULL,
    sealed_at       DATETIME(6) NOT NULL,
    complete_until  DATETIME(6) NULL COMMENT 'no event up to here was left unsealed; NULL while there is a backlog',
    sealed_by       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    events          INT UNSIGNED NOT NULL,
    first_event     BIGINT UNSIGNED NULL COMMENT 'lowest number of its events',
    last_event      BIGINT UNSIGNED NULL COMMENT 'highest number; those between may be of other seals',
    newest_at       DATETIME(6) NULL COMMENT 'time of its newest event',
    events_sha256   BINARY(32) NOT NULL,
    removed_through BIGINT UNSIGNED NULL COMMENT 'retention: the last seal that was taken away, and all before it',
    removed_code    BINARY(32) NULL COMMENT 'retention: its code, at which the chain begins now',
    removed_until   DATETIME(6) NULL COMMENT 'retention: time of the newest event that was taken away',
    previous_code   BINARY(32) NOT NULL COMMENT 'code of the seal before; zeros before the first',
    code            BINARY(32) NOT NULL COMMENT 'HMAC-SHA-256 of all other columns',
    PRIMARY KEY (number),
    CONSTRAINT audit_seals_events CHECK ((events = 0) = (first_event IS NULL)
        AND (first_event IS NULL) = (last_event IS NULL) AND (first_event IS NULL) = (newest_at IS NULL)),
    CONSTRAINT audit_seals_retention CHECK ((kind = 'retention') = (removed_through IS NOT NULL)
        AND (removed_through IS NULL) = (removed_code IS NULL) AND (removed_until IS NULL OR removed_through IS NOT NULL)
        AND (removed_through IS NULL OR events = 0))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Which seal an event is of. A table of its own, so that nobody needs the right to change an event in order to seal it, and
-- a number that comes late (a long transaction, another node of a cluster) is not taken for one that was added.
CREATE TABLE audit_seal_events (
    event_id BIGINT UNSIGNED NOT NULL,
    seal     BIGINT UNSIGNED NOT NULL,
    code     BINARY(8) NOT NULL COMMENT 'of the event alone: tells which event of a seal was changed',
    PRIMARY KEY (event_id),
    KEY audit_seal_events_seal (seal)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

GRANT SELECT, INSERT ON audit_seals TO icegate_auditor_role;
GRANT SELECT, INSERT ON audit_seal_events TO icegate_auditor_role;
GRANT SELECT ON audit_seals TO icegate_reader_role;
GRANT SELECT ON audit_seal_events TO icegate_reader_role;
