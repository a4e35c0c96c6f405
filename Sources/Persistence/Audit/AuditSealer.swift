public import MariaDB
public import Registration

/// Seals the events that no seal names yet; see ``AuditSeal``.
///
/// Works on an account that may read events and add seals. Any number may run at the same instant, on any nodes of a
/// cluster: each link takes the number after the newest, so that of two who make it one gets its transaction done, and
/// the other leaves the rest to that one.
public struct AuditSealer {
    private let pool: Pool
    private let keys: KeyRing
    private let operatorName: OperatorName
    private let batchSize: Int

    /// Makes a sealer.
    ///
    /// - Parameter batchSize: the most events of a seal, which is a transaction.
    public init(pool: Pool, keys: KeyRing, operatorName: OperatorName, batchSize: Int = 5_000) {
        self.pool = pool
        self.keys = keys
        self.operatorName = operatorName
        self.batchSize = max(1, batchSize)
    }

    /// What a run did.
    public struct Run: Sendable {
        /// How many seals were made.
        public var seals = 0
        /// How many events they name.
        public var events = 0
        /// The newest link of the chain, whoever made it; `nil` when there is none.
        public var last: AuditSeal?
        /// Another sealer was at work: what is left is its.
        public var isOvertaken = false
    }

    /// What came of a run.
    public enum Outcome: Sendable {
        /// Everything that could be sealed is.
        case done(Run)
        /// The newest link is not what it was when it was made, or nobody can tell: nothing is tied to it.
        case refused(AuditSeal, AuditSeal.Judgement)
    }

    /// Seals what there is, batch after batch.
    ///
    /// - Parameters:
    ///   - byHand: takes in events that come too late for the job, and goes on behind a link that is not intact. The seals
    ///     say so.
    ///   - onSeal: called after each.
    public func run(byHand: Bool = false, onSeal: (AuditSeal) -> Void = { _ in }) throws(StoreError) -> Outcome {
        var run = Run()
        var place = Place()
        while true {
            switch try step(place, byHand: byHand) {
            case .sealed(let seal, let next):
                run.seals += 1
                run.events += seal.events.count
                run.last = seal
                onSeal(seal)
                guard let next else { return .done(run) }
                place = next
            case .nothing(let last):
                run.last = last
                return .done(run)
            case .overtaken:
                run.isOvertaken = true
                return .done(run)
            case .refused(let last, let judgement):
                return .refused(last, judgement)
            }
        }
    }

    /// How far a run has come.
    private struct Place {
        /// When the run began to look, by the database's clock.
        var start: String?
        /// The number from which on nothing is sealed yet, as far as the run knows.
        var next: Int64?
    }

    private enum Step {
        /// - Parameter next: where to go on; `nil` when everything is sealed.
        case sealed(AuditSeal, next: Place?)
        case nothing(AuditSeal?)
        case overtaken
        case refused(AuditSeal, AuditSeal.Judgement)
    }

    private func step(_ place: Place, byHand: Bool) throws(StoreError) -> Step {
        do {
            return try pool.transaction { (connection) throws(DatabaseError) in
                let last = try AuditSeals.last(on: &connection)
                if !byHand, let last {
                    let judgement = last.judge(keys)
                    guard case .intact = judgement else { return .rollback(.refused(last, judgement)) }
                }
                guard let now = try connection.first("SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)")?.get(0, as: String.self)
                else { return .rollback(.nothing(last)) }
                let start = place.start ?? now
                let bound = byHand ? nil : last?.completeUntil
                let found = try unsealed(from: place.next, bound, on: &connection)
                let (events, isLast) = (Array(found.prefix(batchSize)), found.count <= batchSize)
                if events.isEmpty, let last, try !isSilenceNews(last, until: start, on: &connection) {
                    return .rollback(.nothing(last))
                }
                let seal = AuditSeal(
                    byHand ? .byHand : .regular, after: last, sealedAt: now,
                    // Events of a number below the run's place may have come since it began to look.
                    completeUntil: isLast ? start : last?.completeUntil, sealedBy: operatorName,
                    events: AuditSeal.Events(of: events), keys: keys)
                let codes = events.map { (id: $0.id, code: $0.code(underKey: seal.keyID, of: keys) ?? []) }
                do throws(DatabaseError) {
                    try AuditSeals.add(seal, codes: codes, on: &connection)
                } catch  where error.isDuplicate {
                    return .rollback(.overtaken)
                }
                let next = isLast ? nil : Place(start: start, next: Int64(events.last?.id ?? "").map { $0 + 1 })
                return .commit(.sealed(seal, next: next))
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// - Returns: the next batch, and one event more where there is one.
    private func unsealed(
        from id: Int64?, _ completeUntil: String?, on connection: inout Connection
    ) throws(DatabaseError) -> [AuditEvent] {
        var first = id ?? 0
        if id == nil, let completeUntil {
            guard let floor = try AuditSeals.floor(after: completeUntil, on: &connection) else { return [] }
            first = floor
        }
        return try AuditSeals.unsealed(
            from: first, completeUntil: completeUntil, atMost: batchSize + 1, on: &connection)
    }

    /// Whether a seal of no events would say something: that an hour went by in which nothing was done, so that nothing can
    /// be added to it; or that the clock went back, so that what comes now is not too old.
    private func isSilenceNews(
        _ last: AuditSeal, until now: String, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        guard let completeUntil = last.completeUntil else { return true }
        return try connection.first(
            """
            SELECT ABS(TIMESTAMPDIFF(SECOND, CAST(\(completeUntil) AS DATETIME(6)), CAST(\(now) AS DATETIME(6))))
                >= \(AuditSeal.lateness)
            """)?.get(0) ?? false
    }
}
