-- What both peers ask MariaDB at step 1 and at the OTPs: the portal's own SQL (Sources/Persistence), but one thing at a time where
-- the portal asks for two in one statement. A name, and its statement up to the empty line. Life-times are written out that
-- the portal binds.

-- session
SELECT registration_id, account_id, end_reason,
    ends_at <= UTC_TIMESTAMP(6)
        OR last_seen_at + INTERVAL IF(account_id IS NULL OR is_password_reset, 900, 1800) SECOND <= UTC_TIMESTAMP(6),
    last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 10 SECOND
FROM sessions WHERE id_hash = ?

-- session_touch
UPDATE sessions SET last_seen_at = UTC_TIMESTAMP(6)
WHERE id_hash = ? AND last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 10 SECOND

-- session_end
UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = 'renewed'
WHERE id_hash = ? AND ended_at IS NULL

-- session_begin
INSERT INTO sessions
    (id_hash, registration_id, account_id, is_password_reset, replaced_hash, client_address, browser,
     created_at, last_seen_at, ends_at)
VALUES (?, ?, NULL, 0, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 7200 SECOND)

-- session_taken_over
SELECT end_reason <=> 'taken_over' FROM sessions WHERE id_hash = ? FOR UPDATE

-- captcha_use
INSERT INTO used_captchas (token_hash, submission_hash, used_at, expires_at)
VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 600 SECOND)

-- attempt_count
INSERT INTO attempt_counters (subject, window_started_at, attempts)
VALUES (?, UTC_TIMESTAMP(6), 1)
ON DUPLICATE KEY UPDATE
    attempts = IF(blocked_until > UTC_TIMESTAMP(6), attempts,
        IF(window_started_at <= UTC_TIMESTAMP(6) - INTERVAL 3600 SECOND, 1, attempts + 1)),
    window_started_at = IF(attempts = 1, UTC_TIMESTAMP(6), window_started_at)

-- attempt_read
SELECT attempts, IFNULL(blocked_until > UTC_TIMESTAMP(6), FALSE)
FROM attempt_counters WHERE subject = ?

-- attempt_block
UPDATE attempt_counters SET blocked_until = UTC_TIMESTAMP(6) + INTERVAL 900 SECOND, attempts = 0 WHERE subject = ?

-- attempt_clear
UPDATE attempt_counters SET attempts = 0, blocked_until = NULL WHERE subject = ?

-- temporary_password
SELECT id, nonce, key_id, expires_at <= UTC_TIMESTAMP(6), ended_at IS NOT NULL,
    TIMESTAMPDIFF(SECOND, issued_at, UTC_TIMESTAMP(6))
FROM temporary_passwords
WHERE iec = ? AND gstin = ? AND (end_reason IS NULL OR end_reason = 'used')
ORDER BY issued_at DESC, id DESC LIMIT 1

-- registration_live
SELECT id, iec, gstin, legal_name, email, mobile, step, icegate_id, password_hash, expires_at,
    end_reason <=> 'expired' OR (ended_at IS NULL AND expires_at <= UTC_TIMESTAMP(6))
FROM registrations WHERE iec = ? AND gstin = ? AND live = 1 FOR UPDATE

-- registration_find
SELECT id, iec, gstin, legal_name, email, mobile, step, icegate_id, password_hash, expires_at,
    end_reason <=> 'expired' OR (ended_at IS NULL AND expires_at <= UTC_TIMESTAMP(6))
FROM registrations WHERE id = ?

-- registration_lock
SELECT id, iec, gstin, legal_name, email, mobile, step, icegate_id, password_hash, expires_at,
    end_reason <=> 'expired' OR (ended_at IS NULL AND expires_at <= UTC_TIMESTAMP(6))
FROM registrations WHERE id = ? FOR UPDATE

-- registration_begin
INSERT INTO registrations (iec, gstin, legal_name, email, mobile, step, started_at, expires_at)
VALUES (?, ?, ?, ?, ?, 'identified', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 7200 SECOND)

-- registration_verify
UPDATE registrations SET step = 'verified', verified_at = IF(TRUE, UTC_TIMESTAMP(6), verified_at)
WHERE id = ? AND step = 'otp_sent' AND ended_at IS NULL

-- account
SELECT 1 FROM accounts WHERE iec = ? AND gstin = ? AND closed_at IS NULL

-- master
SELECT m.legal_name, m.email, m.mobile, IFNULL(i.is_active, FALSE), IFNULL(g.is_active, FALSE), m.is_removed
FROM master_versions m
LEFT JOIN iec_statuses i ON i.code = m.iec_status
LEFT JOIN gstin_statuses g ON g.code = m.gstin_status
WHERE m.iec = ? AND m.gstin = ?
    AND m.load_id <= (SELECT current_load FROM master_state WHERE id = 1)
ORDER BY m.load_id DESC LIMIT 1

-- otp_pair
SELECT id, nonce, key_id, email, mobile, expires_at, tries_allowed, live_tries, sends_allowed, sends, last_sent_at,
    ended_at, end_reason
FROM otp_pairs WHERE registration_id = ? AND purpose = 'registration'
ORDER BY id DESC LIMIT 1

-- otp_try
UPDATE otp_pairs SET live_tries = live_tries + 1
WHERE id = ? AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) AND live_tries < tries_allowed

-- otp_consume
UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'consumed', live_tries = live_tries - 1
WHERE id = ? AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6)

-- audit_add
INSERT INTO audit_events (action, outcome, iec, gstin, icegate_id, registration_id, account_id,
    client_address, request_id, administrator_id, actor, subject)
VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, NULL, NULL, NULL)
