-- What is known of each message's way, and the switch that stops a channel.

ALTER TABLE outbox
    ADD gateway VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'that was asked last' AFTER attempts,
    ADD reply VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'in a word: no contact, no code' AFTER gateway,
    ADD is_sample BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'a trial of the way: its code opens nothing' AFTER icegate_id,
    -- Mail that waits for a relay does not stand before SMS.
    DROP KEY outbox_due,
    ADD KEY outbox_due (live, channel, priority, next_attempt_at),
    ADD KEY outbox_ended (channel, ended_at),
    ADD KEY outbox_recipient (recipient, created_at),
    ADD KEY outbox_pair (iec, gstin),
    ADD KEY outbox_icegate_id (icegate_id);

-- The alarm compares what was sent with what was proven.
ALTER TABLE otp_pairs ADD KEY otp_pairs_ended (ended_at);

-- Channels that somebody stopped; one without a row runs.
CREATE TABLE delivery_channels (
    channel    ENUM ('sms', 'email') CHARACTER SET ascii NOT NULL,
    stopped_at DATETIME(6) NULL COMMENT 'NULL: it runs',
    PRIMARY KEY (channel)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

GRANT SELECT, INSERT, UPDATE ON delivery_channels TO icegate_portal_role;
GRANT SELECT ON delivery_channels TO icegate_reader_role;
GRANT SELECT (id, template, channel, language, state, attempts, gateway, reply, created_at, next_attempt_at, ended_at)
    ON outbox TO icegate_reader_role;
