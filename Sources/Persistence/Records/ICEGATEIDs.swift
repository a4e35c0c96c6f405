import MariaDB
import Registration

/// The names that are taken: one row each, whatever the letter case, held by an account or by a registration for a time.
enum ICEGATEIDs {
    /// Whether a registration holds a name, locked until the transaction ends.
    static func isHeld(
        _ name: ICEGATEID, by registrationID: Int64, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let row = try connection.first(
            """
            SELECT 1 FROM icegate_ids
            WHERE icegate_id = \(name.text) AND registration_id = \(registrationID) AND account_id IS NULL
                AND reserved_until > UTC_TIMESTAMP(6)
            FOR UPDATE
            """)
        return row != nil
    }

    /// Reserves a name for a registration; a reservation that has expired is reclaimed.
    ///
    /// - Returns: whether the registration has the name now.
    static func reserve(
        _ name: ICEGATEID, for registrationID: Int64, lifetime: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        if try isHeld(name, by: registrationID, on: &connection) { return true }
        let until: SQL = "UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND"
        let reclaimed = try connection.execute(
            """
            UPDATE icegate_ids SET registration_id = \(registrationID), reserved_until = \(until)
            WHERE icegate_id = \(name.text) AND account_id IS NULL AND reserved_until <= UTC_TIMESTAMP(6)
            """)
        if reclaimed.affectedRows == 1 { return true }
        do {
            try connection.execute(
                """
                INSERT INTO icegate_ids (icegate_id, registration_id, reserved_until)
                VALUES (\(name.text), \(registrationID), \(until))
                """)
            return true
        } catch  where error.isDuplicate {
            return false
        }
    }

    /// Gives the name that a registration holds to the account that it made.
    ///
    /// - Returns: whether the registration still held it.
    static func give(
        _ name: ICEGATEID, toAccount accountID: Int64, from registrationID: Int64, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE icegate_ids SET account_id = \(accountID), reserved_until = NULL
            WHERE icegate_id = \(name.text) AND registration_id = \(registrationID) AND account_id IS NULL
            """)
        return outcome.affectedRows == 1
    }
}
