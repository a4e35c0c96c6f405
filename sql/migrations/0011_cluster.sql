-- What several servers want: no two transactions that have nothing to do with each other may meet on one key.
-- serves: 10

-- Of a unique key that is NULL in part, the rest is certified all the same: with (account_id, purpose, live) the pairs of any two
-- registrations were in each other's way when they were made on two nodes at once. A key that is NULL as a whole is not.
-- A registration's purposes are not an account's (otp_pairs_purpose_of_owner), so a number is enough.
ALTER TABLE otp_pairs
    ADD live_owner BIGINT UNSIGNED
        AS (IF(ended_at IS NULL, IFNULL(registration_id, account_id) * 8 + (purpose + 0), NULL)) PERSISTENT,
    ADD UNIQUE KEY otp_pairs_one_live (live_owner),
    ADD KEY otp_pairs_registration (registration_id, purpose),
    DROP KEY otp_pairs_live,
    DROP KEY otp_pairs_account_live;
