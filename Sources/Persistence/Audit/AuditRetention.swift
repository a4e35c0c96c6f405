public import MariaDB
public import Registration

/// Takes away what was kept long enough, so that the rest still verifies.
///
/// First a link is added to the chain that names the newest seal to go, with its code: from then on the chain begins
/// behind that one, and nobody without the key can have it begin elsewhere. Then seal after seal goes, oldest first, each with
/// its events in one transaction. What dies in the middle is carried on by the next run; a check passes at any instant.
/// Events that no seal names stay: they are for somebody to look at.
///
/// Works on an account that may delete events and seals, which no program has but `icegatectl` for who migrates.
public struct AuditRetention {
    private let pool: Pool
    private let keys: KeyRing
    private let operatorName: OperatorName

    /// Makes a clean-up.
    public init(pool: Pool, keys: KeyRing, operatorName: OperatorName) {
        self.pool = pool
        self.keys = keys
        self.operatorName = operatorName
    }

    /// What came of it.
    public enum Outcome: Sendable {
        /// What was old enough is gone.
        case done(seals: Int, events: Int)
        /// A seal at which the chain would begin or end is not what it was, or nobody can tell: nothing was taken away.
        case refused(AuditSeal, AuditSeal.Judgement)
    }

    /// Takes away the seals that were made, and whose events were done, longer ago than that.
    ///
    /// - Parameter days: one or more.
    public func removeOlder(thanDays days: Int) throws(StoreError) -> Outcome {
        do {
            switch try markWithRetries(max(1, days)) {
            case .refused(let seal, let judgement): return .refused(seal, judgement)
            case .marked(let through): return try remove(through)
            }
        } catch {
            throw StoreError(error)
        }
    }

    private enum Mark {
        case marked(through: Int64)
        case refused(AuditSeal, AuditSeal.Judgement)
    }

    /// The job may add links at the same instant: each attempt that fails is one that it has made.
    private func markWithRetries(_ days: Int) throws(DatabaseError) -> Mark {
        var attempt = 1
        while true {
            do throws(DatabaseError) {
                return try pool.transaction { (connection) throws(DatabaseError) in
                    try mark(days, on: &connection)
                }
            } catch {
                guard error.isDuplicate, attempt < 100 else { throw error }
            }
            attempt += 1
        }
    }

    private func mark(_ days: Int, on connection: inout Connection) throws(DatabaseError) -> TransactionEnd<Mark> {
        let before = try AuditSeals.newestRetention(on: &connection)?.removal?.through ?? 0
        guard let last = try AuditSeals.last(on: &connection) else { return .rollback(.marked(through: before)) }
        let firstKept = try connection.first(
            """
            SELECT MIN(number) FROM audit_seals
            WHERE sealed_at >= UTC_TIMESTAMP(6) - INTERVAL \(days) DAY
                OR newest_at >= UTC_TIMESTAMP(6) - INTERVAL \(days) DAY
            """)?.get(0, as: Int64?.self)
        let through = (firstKept.flatMap { $0 } ?? last.number + 1) - 1
        guard through > before, let newest = try AuditSeals.find(through, on: &connection) else {
            return .rollback(.marked(through: before))
        }
        for seal in [newest, last] {
            let judgement = seal.judge(keys)
            guard case .intact = judgement else { return .rollback(.refused(seal, judgement)) }
        }
        let row = try connection.first(
            """
            SELECT CAST(UTC_TIMESTAMP(6) AS CHAR),
                (SELECT CAST(MAX(newest_at) AS CHAR) FROM audit_seals WHERE number <= \(through))
            """)
        guard let row else { return .rollback(.marked(through: before)) }
        let seal = AuditSeal(
            .retention, after: last, sealedAt: try row.get(0), completeUntil: last.completeUntil,
            sealedBy: operatorName, events: AuditSeal.Events(of: []),
            removal: AuditSeal.Removal(through: through, code: newest.code, until: try row.get(1)), keys: keys)
        try AuditSeals.add(seal, codes: [], on: &connection)
        try AuditLog.add(
            .retention, "removed", client: Client(operatorName), subject: "seals:\(before + 1)-\(through)",
            on: &connection)
        return .commit(.marked(through: through))
    }

    private func remove(_ through: Int64) throws(DatabaseError) -> Outcome {
        var (seals, events) = (0, 0)
        while true {
            let removed = try pool.transaction { (connection) throws(DatabaseError) -> TransactionEnd<Int?> in
                let number = try connection.first(
                    "SELECT number FROM audit_seals WHERE number <= \(through) ORDER BY number LIMIT 1")
                guard let number = try number?.get(0, as: Int64.self) else { return .rollback(nil) }
                let count = try connection.execute(
                    """
                    DELETE e FROM audit_seal_events m JOIN audit_events e ON e.id = m.event_id WHERE m.seal = \(number)
                    """
                ).affectedRows
                try connection.execute("DELETE FROM audit_seal_events WHERE seal = \(number)")
                try connection.execute("DELETE FROM audit_seals WHERE number = \(number)")
                return .commit(count)
            }
            guard let removed else { return .done(seals: seals, events: events) }
            seals += 1
            events += removed
        }
    }
}
