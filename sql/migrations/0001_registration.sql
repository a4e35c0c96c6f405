-- The store of the portal: master, temporary passwords, registrations, OTP pairs, accounts, sessions, outbox, audit.
--
-- Codes stand in ASCII columns, text that people write in utf8mb4. Times are UTC, by this server's clock.
-- A row is "live" while it has not ended: the generated column `live` is 1 then and NULL afterwards, so that a unique
-- key over it holds for live rows alone. No table relies on consecutive AUTO_INCREMENT values.

CREATE TABLE iec_statuses (
    code      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    meaning   VARCHAR(100) NOT NULL,
    is_active BOOLEAN NOT NULL COMMENT 'whether a holder with this status may register',
    PRIMARY KEY (code)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

INSERT INTO iec_statuses (code, meaning, is_active) VALUES
    ('valid', 'Valid', TRUE),
    ('suspended', 'Suspended', FALSE),
    ('cancelled', 'Cancelled', FALSE),
    ('deactivated', 'De-activated: the yearly update was missed', FALSE),
    ('surrendered', 'Surrendered', FALSE),
    ('inactive', 'Inactive', FALSE);

CREATE TABLE gstin_statuses (
    code      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    meaning   VARCHAR(100) NOT NULL,
    is_active BOOLEAN NOT NULL COMMENT 'whether a holder with this status may register',
    PRIMARY KEY (code)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

INSERT INTO gstin_statuses (code, meaning, is_active) VALUES
    ('ACT', 'Active', TRUE),
    ('PRO', 'Provisional', TRUE),
    ('SUS', 'Suspended', FALSE),
    ('INA', 'Inactive', FALSE),
    ('CNL', 'Cancelled', FALSE);

-- One row for each load of the master: who, from which file, when, with what result.
CREATE TABLE master_loads (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    file_name    VARCHAR(255) NOT NULL,
    mode         ENUM ('full', 'delta') CHARACTER SET ascii NOT NULL,
    loaded_by    VARCHAR(128) NOT NULL COMMENT 'database account',
    started_at   DATETIME(6) NOT NULL,
    finished_at  DATETIME(6) NULL,
    rows_read    BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_added   BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_changed BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_removed BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rows_refused BIGINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The IEC/GSTIN master. Contacts stand as they were loaded: whether one is usable is the domain's to say.
CREATE TABLE master_entries (
    iec          CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gstin        CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    legal_name   VARCHAR(200) NOT NULL,
    email        VARCHAR(254) NOT NULL DEFAULT '',
    mobile       VARCHAR(64) NOT NULL DEFAULT '',
    iec_status   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    gstin_status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    load_id      BIGINT UNSIGNED NOT NULL COMMENT 'the load that last wrote the row',
    PRIMARY KEY (iec, gstin),
    CONSTRAINT master_entries_iec_status FOREIGN KEY (iec_status) REFERENCES iec_statuses (code),
    CONSTRAINT master_entries_gstin_status FOREIGN KEY (gstin_status) REFERENCES gstin_statuses (code),
    CONSTRAINT master_entries_load FOREIGN KEY (load_id) REFERENCES master_loads (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Rows of a file on their way into the master; emptied when the load has ended.
CREATE TABLE master_staging (
    load_id      BIGINT UNSIGNED NOT NULL,
    iec          CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gstin        CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    legal_name   VARCHAR(200) NOT NULL,
    email        VARCHAR(254) NOT NULL,
    mobile       VARCHAR(64) NOT NULL,
    iec_status   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    gstin_status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    PRIMARY KEY (load_id, iec, gstin)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Temporary passwords are derived from the nonce and a key outside the database: none can be read here.
CREATE TABLE temporary_passwords (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    iec        CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gstin      CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    nonce      BINARY(16) NOT NULL,
    key_id     INT UNSIGNED NOT NULL,
    issued_at  DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    ended_at   DATETIME(6) NULL,
    end_reason ENUM ('superseded', 'used') CHARACTER SET ascii NULL,
    live       TINYINT AS (IF(ended_at IS NULL, 1, NULL)) PERSISTENT,
    PRIMARY KEY (id),
    UNIQUE KEY temporary_passwords_live (iec, gstin, live),
    KEY temporary_passwords_pair (iec, gstin, issued_at),
    CONSTRAINT temporary_passwords_end CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- A registration keeps the contacts that the master had when it began.
CREATE TABLE registrations (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    iec           CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gstin         CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    legal_name    VARCHAR(200) NOT NULL,
    email         VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    mobile        CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    step          ENUM ('identified', 'otp_sent', 'verified', 'alternate_sent', 'finished') CHARACTER SET ascii NOT NULL,
    icegate_id    VARCHAR(25) CHARACTER SET ascii COLLATE ascii_general_ci NULL,
    password_hash VARCHAR(127) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'Argon2id; emptied when the registration ends',
    started_at    DATETIME(6) NOT NULL,
    verified_at   DATETIME(6) NULL,
    expires_at    DATETIME(6) NOT NULL,
    ended_at      DATETIME(6) NULL,
    end_reason    ENUM ('finished', 'expired') CHARACTER SET ascii NULL,
    live          TINYINT AS (IF(ended_at IS NULL, 1, NULL)) PERSISTENT,
    PRIMARY KEY (id),
    UNIQUE KEY registrations_live (iec, gstin, live),
    KEY registrations_expiry (expires_at),
    CONSTRAINT registrations_mobile CHECK (mobile NOT REGEXP '[^0-9]' AND CHAR_LENGTH(mobile) = 10),
    CONSTRAINT registrations_end CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT registrations_finished CHECK ((step = 'finished') = (end_reason <=> 'finished')),
    CONSTRAINT registrations_name CHECK (step = 'identified' OR icegate_id IS NOT NULL),
    CONSTRAINT registrations_proof CHECK (step IN ('identified', 'otp_sent') OR verified_at IS NOT NULL)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- An account has two proven contacts and one (IEC, GSTIN) pair.
CREATE TABLE accounts (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    icegate_id      VARCHAR(25) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    registration_id BIGINT UNSIGNED NOT NULL,
    iec             CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gstin           CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    legal_name      VARCHAR(200) NOT NULL,
    category        ENUM ('simplified_auto_registration') CHARACTER SET ascii NOT NULL,
    password_hash   VARCHAR(127) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email           VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    mobile          CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    language        ENUM ('en', 'hi') CHARACTER SET ascii NOT NULL,
    created_at      DATETIME(6) NOT NULL,
    closed_at       DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY accounts_icegate_id (icegate_id),
    UNIQUE KEY accounts_pair (iec, gstin),
    UNIQUE KEY accounts_registration (registration_id),
    CONSTRAINT accounts_made_by FOREIGN KEY (registration_id) REFERENCES registrations (id),
    CONSTRAINT accounts_mobile CHECK (mobile NOT REGEXP '[^0-9]' AND CHAR_LENGTH(mobile) = 10)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Every ICEGATE ID that is taken, whatever its case: by an account for good, or by a registration until `reserved_until`.
-- A registration may hold more than one for the minutes in which its form is filled in, and its chosen one after that.
CREATE TABLE icegate_ids (
    icegate_id      VARCHAR(25) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    registration_id BIGINT UNSIGNED NOT NULL,
    account_id      BIGINT UNSIGNED NULL,
    reserved_until  DATETIME(6) NULL,
    PRIMARY KEY (icegate_id),
    KEY icegate_ids_registration (registration_id),
    UNIQUE KEY icegate_ids_account (account_id),
    CONSTRAINT icegate_ids_reserved_by FOREIGN KEY (registration_id) REFERENCES registrations (id),
    CONSTRAINT icegate_ids_owned_by FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT icegate_ids_form CHECK (icegate_id NOT REGEXP '[^A-Za-z0-9_-]' AND icegate_id <> ''),
    CONSTRAINT icegate_ids_holder CHECK ((account_id IS NULL) = (reserved_until IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- One row for each pair of OTPs. The digits are derived from the nonce, the contacts and a key outside the database.
CREATE TABLE otp_pairs (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    registration_id BIGINT UNSIGNED NOT NULL,
    purpose         ENUM ('registration', 'alternate') CHARACTER SET ascii NOT NULL,
    nonce           BINARY(16) NOT NULL,
    key_id          INT UNSIGNED NOT NULL,
    email           VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    mobile          CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    generated_at    DATETIME(6) NOT NULL,
    expires_at      DATETIME(6) NOT NULL,
    tries_allowed   TINYINT UNSIGNED NOT NULL,
    live_tries      TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'counted on the page of the registration',
    resume_tries    TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'counted on the page for carrying on',
    sends_allowed   TINYINT UNSIGNED NOT NULL,
    sends           TINYINT UNSIGNED NOT NULL,
    last_sent_at    DATETIME(6) NOT NULL,
    ended_at        DATETIME(6) NULL,
    end_reason      ENUM ('consumed', 'superseded', 'expired') CHARACTER SET ascii NULL,
    live            TINYINT AS (IF(ended_at IS NULL, 1, NULL)) PERSISTENT,
    PRIMARY KEY (id),
    UNIQUE KEY otp_pairs_live (registration_id, purpose, live),
    CONSTRAINT otp_pairs_of FOREIGN KEY (registration_id) REFERENCES registrations (id),
    CONSTRAINT otp_pairs_tries CHECK (live_tries <= tries_allowed AND resume_tries <= tries_allowed),
    CONSTRAINT otp_pairs_sends CHECK (sends <= sends_allowed),
    CONSTRAINT otp_pairs_end CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What the portal owes its registrants: written in the transaction that makes the OTP or the notice.
CREATE TABLE outbox (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    template        VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    channel         ENUM ('sms', 'email') CHARACTER SET ascii NOT NULL,
    recipient       VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    language        ENUM ('en', 'hi') CHARACTER SET ascii NOT NULL,
    nonce           BINARY(16) NULL COMMENT 'of the code that the message carries',
    key_id          INT UNSIGNED NULL,
    otp_pair_id     BIGINT UNSIGNED NULL,
    iec             CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
    gstin           CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NULL,
    icegate_id      VARCHAR(25) CHARACTER SET ascii COLLATE ascii_general_ci NULL,
    priority        TINYINT UNSIGNED NOT NULL COMMENT '0: somebody waits for it; 1: issued in bulk',
    state           ENUM ('waiting', 'sending', 'sent', 'refused', 'given_up') CHARACTER SET ascii NOT NULL DEFAULT 'waiting',
    attempts        SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    created_at      DATETIME(6) NOT NULL,
    next_attempt_at DATETIME(6) NOT NULL COMMENT 'while a courier sends it: when its lease ends',
    useful_until    DATETIME(6) NULL COMMENT 'when the code that it carries expires',
    ended_at        DATETIME(6) NULL,
    live            TINYINT AS (IF(ended_at IS NULL, 1, NULL)) PERSISTENT,
    PRIMARY KEY (id),
    KEY outbox_due (live, priority, next_attempt_at),
    KEY outbox_otp_pair (otp_pair_id),
    CONSTRAINT outbox_otp_pair_of FOREIGN KEY (otp_pair_id) REFERENCES otp_pairs (id),
    CONSTRAINT outbox_code CHECK ((nonce IS NULL) = (key_id IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Sessions, found by the SHA-256 of what the cookie holds.
CREATE TABLE sessions (
    id_hash         BINARY(32) NOT NULL,
    registration_id BIGINT UNSIGNED NULL,
    account_id      BIGINT UNSIGNED NULL,
    replaced_hash   BINARY(32) NULL COMMENT 'of the session that this browser had before: its forms are known as old ones',
    created_at      DATETIME(6) NOT NULL,
    last_seen_at    DATETIME(6) NOT NULL,
    ends_at         DATETIME(6) NOT NULL COMMENT 'whatever happens',
    ended_at        DATETIME(6) NULL,
    end_reason      ENUM ('logout', 'taken_over', 'renewed', 'timed_out') CHARACTER SET ascii NULL,
    PRIMARY KEY (id_hash),
    KEY sessions_registration (registration_id),
    KEY sessions_account (account_id),
    KEY sessions_end (ends_at),
    CONSTRAINT sessions_of_registration FOREIGN KEY (registration_id) REFERENCES registrations (id),
    CONSTRAINT sessions_of_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT sessions_one_owner CHECK ((registration_id IS NULL) <> (account_id IS NULL)),
    CONSTRAINT sessions_ended CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Failures counted for a subject, which is a keyed hash: a pair's temporary password, a login, a registration's names.
CREATE TABLE attempt_counters (
    subject           BINARY(32) NOT NULL,
    window_started_at DATETIME(6) NOT NULL,
    attempts          INT UNSIGNED NOT NULL,
    blocked_until     DATETIME(6) NULL,
    PRIMARY KEY (subject),
    KEY attempt_counters_window (window_started_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Captchas that were answered, rightly or not: none is taken twice.
CREATE TABLE used_captchas (
    token_hash      BINARY(32) NOT NULL,
    submission_hash BINARY(32) NOT NULL COMMENT 'of everything that was sent with it: a repeat is no second try',
    used_at         DATETIME(6) NOT NULL,
    was_repeated    BOOLEAN NOT NULL DEFAULT FALSE,
    expires_at      DATETIME(6) NOT NULL,
    PRIMARY KEY (token_hash),
    KEY used_captchas_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Who did what, when, from where, with what result. The portal's account may add rows and nothing else.
CREATE TABLE audit_events (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    happened_at     DATETIME(6) NOT NULL,
    action          VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    outcome         VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    iec             CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
    gstin           CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NULL,
    icegate_id      VARCHAR(25) CHARACTER SET ascii COLLATE ascii_general_ci NULL,
    registration_id BIGINT UNSIGNED NULL,
    account_id      BIGINT UNSIGNED NULL,
    client_address  VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (id),
    KEY audit_events_time (happened_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
