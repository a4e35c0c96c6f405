import FoundationEssentials
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
            SELECT 1 FROM icegate_ids FORCE INDEX (PRIMARY)
            WHERE icegate_id = \(name.text) AND registration_id = \(registrationID) AND account_id IS NULL
                AND reserved_until > UTC_TIMESTAMP(6)
            FOR UPDATE
            """)
        return row != nil
    }

    /// Reserves a name for a registration; a reservation that has expired is reclaimed.
    ///
    /// - Parameter end: when the reservation ends at the latest; `nil` for its whole lifetime.
    /// - Returns: whether the registration has the name now.
    static func reserve(
        _ name: ICEGATEID, for registrationID: Int64, lifetime: Duration, notAfter end: Date? = nil,
        on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let whole: SQL = "UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND"
        let until: SQL = if let end { "LEAST(\(whole), \(end))" } else { whole }
        // Found, locked and written by the primary key alone: a further condition that an index could serve lets the
        // optimiser lock that index first, and of many who want one name most would lose to deadlocks.
        let row = try connection.first(
            """
            SELECT account_id IS NOT NULL, reserved_until <= UTC_TIMESTAMP(6), registration_id
            FROM icegate_ids WHERE icegate_id = \(name.text) FOR UPDATE
            """)
        if let row {
            let (isOwned, holder) = (try row.get(0, as: Bool.self), try row.get(2, as: Int64.self))
            guard !isOwned else { return false }
            guard try row.get(1, as: Bool.self) else { return holder == registrationID }
            try connection.execute(
                """
                UPDATE icegate_ids SET registration_id = \(registrationID), reserved_until = \(until)
                WHERE icegate_id = \(name.text)
                """)
            return true
        }
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

    /// Lets the names go that a registration tried before the one that it has chosen.
    static func release(
        of registrationID: Int64, but name: ICEGATEID, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE icegate_ids FORCE INDEX (icegate_ids_registration) SET reserved_until = UTC_TIMESTAMP(6)
            WHERE registration_id = \(registrationID) AND icegate_id <> \(name.text)
                AND reserved_until > UTC_TIMESTAMP(6)
            """)
    }

    /// Gives the name that a registration holds to the account that it made.
    ///
    /// - Returns: whether the registration still held it.
    static func give(
        _ name: ICEGATEID, toAccount accountID: Int64, from registrationID: Int64, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE icegate_ids FORCE INDEX (PRIMARY) SET account_id = \(accountID), reserved_until = NULL
            WHERE icegate_id = \(name.text) AND registration_id = \(registrationID) AND account_id IS NULL
            """)
        return outcome.affectedRows == 1
    }
}
