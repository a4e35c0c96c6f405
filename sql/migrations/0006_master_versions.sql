-- The master in versions: a load adds rows beside those that there are, and one number says up to which load they count.
--
-- So a load of millions of rows is seen at once or not at all, keeps no reader waiting, needs no transaction of its own size
-- (which a Galera cluster would not bear), and leaves behind what the master was before it.

-- A pair's row as a load left it. The newest one that counts is the master's.
-- The codes of the statuses have no foreign keys: each would be an index over all rows for the sake of tables of six. The
-- loader takes only codes that the tables have, and a code that was taken out of them makes a pair inactive.
CREATE TABLE master_versions (
    iec          CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gstin        CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    load_id      BIGINT UNSIGNED NOT NULL COMMENT 'the load that wrote it',
    is_removed   BOOLEAN NOT NULL COMMENT 'the load took the pair away; the rest is what the pair had last',
    legal_name   VARCHAR(200) NOT NULL,
    email        VARCHAR(254) NOT NULL,
    mobile       VARCHAR(64) NOT NULL,
    iec_status   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    gstin_status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    PRIMARY KEY (iec, gstin, load_id),
    KEY master_versions_load (load_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

INSERT INTO master_versions
    (iec, gstin, load_id, is_removed, legal_name, email, mobile, iec_status, gstin_status)
SELECT iec, gstin, load_id, FALSE, legal_name, email, mobile, iec_status, gstin_status
FROM master_entries ORDER BY iec, gstin;

-- One row: up to which load versions count, and who is loading. The row is the lock of the loads.
CREATE TABLE master_state (
    id                 TINYINT UNSIGNED NOT NULL,
    current_load       BIGINT UNSIGNED NOT NULL DEFAULT 0,
    loading            BIGINT UNSIGNED NULL COMMENT 'the load that is at work, or died at it',
    loading_server     VARCHAR(255) NULL COMMENT 'the server that it is connected to',
    loading_connection BIGINT UNSIGNED NULL COMMENT 'its connection there',
    seen_at            DATETIME(6) NULL COMMENT 'its last sign of life',
    PRIMARY KEY (id),
    CONSTRAINT master_state_one CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

INSERT INTO master_state (id, current_load) SELECT 1, IFNULL(MAX(load_id), 0) FROM master_entries;

ALTER TABLE master_loads
    MODIFY mode ENUM ('full', 'delta', 'rollback') CHARACTER SET ascii NOT NULL,
    ADD state ENUM ('loading', 'applied', 'refused', 'abandoned') CHARACTER SET ascii NOT NULL DEFAULT 'loading' AFTER mode,
    ADD operator VARCHAR(128) NOT NULL DEFAULT '' COMMENT 'account and host of who ran it' AFTER loaded_by,
    ADD sha256 BINARY(32) NULL COMMENT 'of the file as it lay on the disk' AFTER file_name,
    ADD base_load BIGINT UNSIGNED NULL COMMENT 'the load that the file was compared with' AFTER operator,
    ADD taken_back BIGINT UNSIGNED NULL COMMENT 'the load that this one took back' AFTER base_load,
    ADD staged_iec CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'how far it came, while it is at work' AFTER taken_back,
    ADD staged_gstin CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER staged_iec,
    ADD rows_kept BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'refused in the file: the master kept what it had of them',
    ADD contacts_unusable BIGINT UNSIGNED NOT NULL DEFAULT 0,
    ADD rows_after BIGINT UNSIGNED NULL COMMENT 'how many pairs the master had then';

UPDATE master_loads SET state = IF(finished_at IS NULL, 'abandoned', 'applied');

DROP TABLE master_staging;
DROP TABLE master_entries;

-- The master as it is, for who reads it with SQL of his own.
CREATE SQL SECURITY INVOKER VIEW master_entries AS
SELECT v.iec, v.gstin, v.legal_name, v.email, v.mobile, v.iec_status, v.gstin_status, v.load_id
FROM master_versions v
WHERE v.load_id = (
    SELECT MAX(n.load_id) FROM master_versions n
    WHERE n.iec = v.iec AND n.gstin = v.gstin
        AND n.load_id <= (SELECT s.current_load FROM master_state s WHERE s.id = 1))
    AND NOT v.is_removed;

-- What was granted on the table of that name holds for the view; the loader has nothing to write there any more.
REVOKE INSERT, UPDATE, DELETE ON master_entries FROM icegate_loader_role;
GRANT SELECT ON master_versions TO icegate_portal_role, icegate_reader_role;
GRANT SELECT ON master_state TO icegate_portal_role, icegate_reader_role;
GRANT SELECT, INSERT, DELETE ON master_versions TO icegate_loader_role;
GRANT SELECT, INSERT, UPDATE ON master_state TO icegate_loader_role;
-- What a load would touch, and how far the messages that wait already reach.
GRANT SELECT (iec, gstin, icegate_id, closed_at) ON accounts TO icegate_loader_role;
GRANT SELECT (iec, gstin, step, started_at, expires_at, ended_at) ON registrations TO icegate_loader_role;
GRANT SELECT (live, priority, next_attempt_at) ON outbox TO icegate_loader_role;
