-- What must hold in the portal's tables at any instant: one row for each place where it does not, none when all is well.
--
--   mariadb icegate < sql/invariants.sql
--
-- Integration tests run it after every test, drills after every failure. It is one statement, and reads only. No table has a column
-- for the text or the code of a message: there is no readable one to look for.
SELECT 'an account has a registration that was proven and finished' AS invariant, CONCAT('account ', a.id) AS detail
FROM accounts a
LEFT JOIN registrations r ON r.id = a.registration_id AND r.step = 'finished' AND r.verified_at IS NOT NULL
WHERE r.id IS NULL
UNION ALL
SELECT 'a finished registration has its account', CONCAT('registration ', r.id)
FROM registrations r LEFT JOIN accounts a ON a.registration_id = r.id
WHERE r.step = 'finished' AND a.id IS NULL
UNION ALL
SELECT 'an account has the pair and the name of its registration', CONCAT('account ', a.id)
FROM accounts a JOIN registrations r ON r.id = a.registration_id
WHERE NOT (a.iec <=> r.iec AND a.gstin <=> r.gstin AND a.icegate_id <=> r.icegate_id)
UNION ALL
SELECT 'a proven registration has an OTP pair that was consumed', CONCAT('registration ', r.id)
FROM registrations r
WHERE r.verified_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM otp_pairs p
    WHERE p.registration_id = r.id AND p.purpose = 'registration' AND p.end_reason = 'consumed')
UNION ALL
SELECT 'an account has contacts that received a consumed OTP pair', CONCAT('account ', a.id)
FROM accounts a
WHERE NOT EXISTS (
    SELECT 1 FROM otp_pairs p
    WHERE p.registration_id = a.registration_id AND p.email = a.email AND p.mobile = a.mobile
        AND p.end_reason = 'consumed')
    AND NOT EXISTS (
    SELECT 1 FROM otp_pairs p
    WHERE p.account_id = a.id AND p.purpose = 'contact_change' AND p.email = a.email AND p.mobile = a.mobile
        AND p.end_reason = 'consumed')
UNION ALL
SELECT 'no two accounts have one ICEGATE ID, whatever its case', CONCAT('ICEGATE ID ', MIN(icegate_id))
FROM accounts GROUP BY UPPER(icegate_id) HAVING COUNT(*) > 1
UNION ALL
SELECT 'no two open accounts are of one IEC and GSTIN', CONCAT(MIN(iec), ' ', MIN(gstin))
FROM accounts WHERE closed_at IS NULL GROUP BY iec, gstin HAVING COUNT(*) > 1
UNION ALL
SELECT 'no two registrations of one IEC and GSTIN live', CONCAT(MIN(iec), ' ', MIN(gstin))
FROM registrations WHERE ended_at IS NULL GROUP BY iec, gstin HAVING COUNT(*) > 1
UNION ALL
SELECT 'no pair with an open account has a registration that lives', CONCAT('registration ', r.id)
FROM registrations r JOIN accounts a ON a.iec = r.iec AND a.gstin = r.gstin AND a.closed_at IS NULL
WHERE r.ended_at IS NULL
UNION ALL
SELECT 'an account holds its name for good', CONCAT('account ', a.id)
FROM accounts a
LEFT JOIN icegate_ids n ON n.icegate_id = a.icegate_id AND n.account_id = a.id AND n.reserved_until IS NULL
WHERE n.icegate_id IS NULL
UNION ALL
SELECT 'a live registration with a name has it reserved', CONCAT('registration ', r.id)
FROM registrations r
LEFT JOIN icegate_ids n ON n.registration_id = r.id AND n.icegate_id = r.icegate_id AND n.reserved_until >= r.expires_at
WHERE r.ended_at IS NULL AND r.expires_at > UTC_TIMESTAMP(6) AND r.icegate_id IS NOT NULL AND n.icegate_id IS NULL
UNION ALL
SELECT 'a registration that has ended reserves no name', CONCAT('registration ', r.id)
FROM registrations r JOIN icegate_ids n ON n.registration_id = r.id AND n.account_id IS NULL
WHERE n.reserved_until > UTC_TIMESTAMP(6) AND (r.ended_at IS NOT NULL OR r.expires_at <= UTC_TIMESTAMP(6))
UNION ALL
SELECT 'a registration that has ended keeps no password', CONCAT('registration ', id)
FROM registrations WHERE ended_at IS NOT NULL AND password_hash IS NOT NULL
UNION ALL
SELECT 'a registration that has ended has no live OTP pair', CONCAT('OTP pair ', p.id)
FROM otp_pairs p JOIN registrations r ON r.id = p.registration_id
WHERE p.ended_at IS NULL AND r.ended_at IS NOT NULL
UNION ALL
SELECT 'an OTP pair is consumed while it holds', CONCAT('OTP pair ', id)
FROM otp_pairs WHERE end_reason = 'consumed' AND ended_at >= expires_at
UNION ALL
SELECT 'tries and sends of an OTP pair stay within their caps', CONCAT('OTP pair ', id)
FROM otp_pairs
WHERE live_tries > tries_allowed OR resume_tries > tries_allowed OR sends > sends_allowed OR sends < 1
UNION ALL
SELECT 'an OTP pair has one SMS and one e-mail for each send', CONCAT('OTP pair ', p.id)
FROM otp_pairs p
-- Messages go after a year, contacts when their person wants it.
WHERE IFNULL(p.ended_at, UTC_TIMESTAMP(6)) > UTC_TIMESTAMP(6) - INTERVAL 1 DAY AND p.email <> 'erased@erased.invalid'
    AND (p.sends <> (SELECT COUNT(*) FROM outbox o
        WHERE o.otp_pair_id = p.id AND o.channel = 'sms' AND o.recipient = p.mobile AND o.nonce = p.nonce)
    OR p.sends <> (SELECT COUNT(*) FROM outbox o
        WHERE o.otp_pair_id = p.id AND o.channel = 'email' AND o.recipient = p.email AND o.nonce = p.nonce))
UNION ALL
SELECT 'no message that is owed carries an OTP without its pair', CONCAT('message ', id)
FROM outbox
WHERE template IN ('one-time-password', 'alternate-one-time-password', 'contact-change', 'password-reset')
    AND (otp_pair_id IS NULL OR nonce IS NULL) AND NOT is_sample AND live = 1
UNION ALL
SELECT 'a message that has ended says when, and no other does', CONCAT('message ', id)
FROM outbox WHERE (state IN ('waiting', 'sending')) <> (ended_at IS NULL)
UNION ALL
SELECT 'a temporary password that holds is in a message to its pair', CONCAT('temporary password ', t.id)
FROM temporary_passwords t
WHERE t.ended_at IS NULL AND t.expires_at > UTC_TIMESTAMP(6) AND NOT EXISTS (
    SELECT 1 FROM outbox o
    WHERE o.iec = t.iec AND o.gstin = t.gstin AND o.template = 'temporary-password' AND o.nonce = t.nonce)
UNION ALL
SELECT 'an open account has used up the temporary password of its pair', CONCAT('account ', a.id)
FROM accounts a JOIN temporary_passwords t ON t.iec = a.iec AND t.gstin = a.gstin
WHERE t.ended_at IS NULL AND a.closed_at IS NULL
UNION ALL
SELECT 'a session ends after it began', CONCAT('session of ', IFNULL(CONCAT('registration ', registration_id), CONCAT('account ', account_id)))
FROM sessions WHERE ends_at <= created_at OR ended_at < created_at
UNION ALL
SELECT 'no session of a registration outlives a take-over by a later one', CONCAT('registration ', s.registration_id)
FROM sessions s
JOIN sessions t ON t.registration_id = s.registration_id AND t.end_reason = 'taken_over' AND t.created_at > s.created_at
WHERE s.ended_at IS NULL
