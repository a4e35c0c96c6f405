-- Wishes for a new temporary password, as they were typed on the page for it: a pair that does not exist makes the same row
-- as one that does, and the couriers find out later which it was. So the page answers every pair alike, in content and in time.

CREATE TABLE temporary_password_requests (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    iec            CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gstin          CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    language       ENUM ('en', 'hi') CHARACTER SET ascii NOT NULL,
    client_address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    requested_at   DATETIME(6) NOT NULL,
    handled_at     DATETIME(6) NULL,
    PRIMARY KEY (id),
    KEY temporary_password_requests_due (handled_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

GRANT SELECT, INSERT, UPDATE ON temporary_password_requests TO icegate_portal_role;
