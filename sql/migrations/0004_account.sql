-- The account after registration: changes of contacts and password, forgotten passwords and ICEGATE IDs, sessions that
-- their holder can tell apart, and the account's activity.

-- A pair of OTPs belongs to a registration or to an account.
ALTER TABLE otp_pairs
    MODIFY registration_id BIGINT UNSIGNED NULL,
    ADD account_id BIGINT UNSIGNED NULL AFTER registration_id,
    MODIFY purpose ENUM ('registration', 'alternate', 'contact_change', 'password_reset') CHARACTER SET ascii NOT NULL,
    ADD UNIQUE KEY otp_pairs_account_live (account_id, purpose, live),
    ADD KEY otp_pairs_account (account_id, purpose),
    ADD CONSTRAINT otp_pairs_of_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    ADD CONSTRAINT otp_pairs_one_owner CHECK ((registration_id IS NULL) <> (account_id IS NULL)),
    ADD CONSTRAINT otp_pairs_purpose_of_owner
        CHECK ((registration_id IS NULL) = (purpose IN ('contact_change', 'password_reset')));

ALTER TABLE sessions
    ADD is_password_reset BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'may set a new password for the account and nothing else'
        AFTER account_id,
    ADD client_address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER replaced_hash,
    ADD browser VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
        COMMENT 'its kind and system, as a person would name them' AFTER client_address,
    MODIFY end_reason ENUM ('logout', 'taken_over', 'renewed', 'timed_out', 'ended_elsewhere') CHARACTER SET ascii NULL,
    ADD CONSTRAINT sessions_password_reset CHECK (NOT is_password_reset OR account_id IS NOT NULL);

-- Wishes of people who are not logged in: for a temporary password, a forgotten ICEGATE ID, the OTPs for a forgotten
-- password. Whatever was typed makes the same row, and the couriers find out later whether there is such a pair or account.
REVOKE SELECT, INSERT, UPDATE ON temporary_password_requests FROM icegate_portal_role;
RENAME TABLE temporary_password_requests TO message_requests;
ALTER TABLE message_requests
    ADD kind ENUM ('temporary_password', 'icegate_id', 'password_reset') CHARACTER SET ascii NOT NULL
        DEFAULT 'temporary_password' AFTER id,
    MODIFY iec CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
    MODIFY gstin CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD icegate_id VARCHAR(25) CHARACTER SET ascii COLLATE ascii_general_ci NULL AFTER gstin,
    DROP KEY temporary_password_requests_due,
    ADD KEY message_requests_due (handled_at, id),
    ADD CONSTRAINT message_requests_subject CHECK (
        (iec IS NULL) = (gstin IS NULL) AND (kind = 'password_reset') = (icegate_id IS NOT NULL)
        AND (kind = 'password_reset') = (iec IS NULL));
ALTER TABLE message_requests ALTER kind DROP DEFAULT;
GRANT SELECT, INSERT, UPDATE ON message_requests TO icegate_portal_role;

-- The holder of an account reads what was done to it, newest first.
ALTER TABLE audit_events
    ADD KEY audit_events_account (account_id, id),
    ADD KEY audit_events_registration (registration_id, id);
GRANT SELECT (id, happened_at, action, outcome, registration_id, account_id, client_address)
    ON audit_events TO icegate_portal_role;
