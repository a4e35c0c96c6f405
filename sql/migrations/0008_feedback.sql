-- What people tell the portal of itself.

CREATE TABLE feedback (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    reference  CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'by which it is quoted: FB-K7Q2-M9XT',
    message    VARCHAR(1000) NOT NULL,
    email      VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'for an answer, where one is wanted',
    language   ENUM ('en', 'hi') CHARACTER SET ascii NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY feedback_reference (reference),
    CONSTRAINT feedback_message CHECK (CHAR_LENGTH(message) > 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The portal writes it and cannot read it: nothing that somebody wrote can come out at somebody else's page.
GRANT INSERT ON feedback TO icegate_portal_role;
GRANT SELECT ON feedback TO icegate_reader_role;
