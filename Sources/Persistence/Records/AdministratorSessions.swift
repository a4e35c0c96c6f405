import FoundationEssentials
import MariaDB
import Registration

/// Sessions of the console, apart from those of registrants: neither opens what is the other's.
enum AdministratorSessions {
    enum EndReason: String, SQLValueConvertible {
        case logout
        case timedOut = "timed_out"
        case closed
    }

    struct Record {
        let administratorID: Int64
        let isTimedOut: Bool
        /// When it ends unless it is used again.
        let endsAt: Date
    }

    /// One that nothing has ended.
    static func find(
        _ id: SessionID, limits: RegistrationLimits, on connection: inout Connection
    ) throws(DatabaseError) -> Record? {
        let idle: SQL = "INTERVAL \(limits.administratorIdle.wholeSeconds) SECOND"
        return try connection.first(
            """
            SELECT administrator_id,
                ends_at <= UTC_TIMESTAMP(6) OR last_seen_at + \(idle) <= UTC_TIMESTAMP(6),
                LEAST(ends_at, UTC_TIMESTAMP(6) + \(idle))
            FROM administrator_sessions WHERE id_hash = \(id.hash) AND ended_at IS NULL
            """
        ).map { (row) throws(DatabaseError) in
            Record(administratorID: try row.get(0), isTimedOut: try row.get(1), endsAt: try row.get(2))
        }
    }

    static func begin(
        _ id: SessionID, of administratorID: Int64, limits: RegistrationLimits, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO administrator_sessions (id_hash, administrator_id, created_at, last_seen_at, ends_at)
            VALUES (\(id.hash), \(administratorID), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
                UTC_TIMESTAMP(6) + INTERVAL \(limits.administratorSession.wholeSeconds) SECOND)
            """)
    }

    /// Notes that the session was used, at most once in ten seconds.
    static func touch(_ id: SessionID, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE administrator_sessions SET last_seen_at = UTC_TIMESTAMP(6)
            WHERE id_hash = \(id.hash) AND last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 10 SECOND
            """)
    }

    static func end(
        _ id: SessionID, _ reason: EndReason, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE administrator_sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = \(reason)
            WHERE id_hash = \(id.hash) AND ended_at IS NULL
            """)
    }

    static func endAll(
        of administratorID: Int64, _ reason: EndReason, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE administrator_sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = \(reason)
            WHERE administrator_id = \(administratorID) AND ended_at IS NULL
            """)
    }
}
