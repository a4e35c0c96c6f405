internal import MariaDB

/// One run's hold of the lock, from taking it to letting it go.
struct MasterWork {
    /// The load whose rows are being made.
    private(set) var load: Int64
    private let progress: (LoadProgress) -> Void
    private var unfinished: MasterLoads.Unfinished?
    private var isEnded = false
    private var lastTouch = ContinuousClock.now

    init(claim: MasterLoads.Claim, progress: @escaping (LoadProgress) -> Void) {
        load = claim.load
        unfinished = claim.unfinished
        self.progress = progress
        base = claim.base
    }

    private let base: Int64

    /// Gives a sign of life, when the last one is some seconds old.
    mutating func touch(on connection: inout Connection) throws(MasterLoadError) {
        guard lastTouch.duration(to: .now) > .seconds(5) else { return }
        lastTouch = .now
        let load = unfinished?.load ?? load
        let isOurs = try MasterLoadError.database { () throws(DatabaseError) in
            try MasterLoads.touch(load, on: &connection)
        }
        guard isOurs else { throw .takenOver }
    }

    /// Clears away what a run left that died.
    mutating func clearUnfinished(on connection: inout Connection) throws(MasterLoadError) {
        guard let unfinished else { return }
        try removeRows(of: unfinished.load, on: &connection)
        try MasterLoadError.database { () throws(DatabaseError) in
            try MasterLoads.end(unfinished.load, "abandoned", successor: load, on: &connection)
        }
        self.unfinished = nil
    }

    /// Carries on the load of a run that died, when it was of the same file and compared with the same master;
    /// otherwise clears it away.
    ///
    /// - Returns: the last pair that it sent, IEC and GSTIN as one text; empty for none.
    mutating func carryOn(
        _ mode: String, sha256: [UInt8]?, on connection: inout Connection
    ) throws(MasterLoadError) -> [UInt8] {
        guard let old = unfinished, old.mode == mode, let sha256, old.sha256 == sha256, old.base == base else {
            try clearUnfinished(on: &connection)
            try MasterLoadError.database { () throws(DatabaseError) in
                _ = try connection.execute("UPDATE master_loads SET sha256 = \(sha256) WHERE id = \(load)")
            }
            return []
        }
        try MasterLoadError.database { () throws(DatabaseError) in
            _ = try connection.execute(
                """
                UPDATE master_loads SET state = 'abandoned', finished_at = UTC_TIMESTAMP(6)
                WHERE id = \(load) AND state = 'loading'
                """)
        }
        load = old.load
        unfinished = nil
        return Array(((old.stagedIEC ?? "") + (old.stagedGSTIN ?? "")).utf8)
    }

    /// Ends a load that is not to count.
    mutating func end(
        _ state: String, _ report: LoadReport, on connection: inout Connection
    ) throws(MasterLoadError) {
        try clearUnfinished(on: &connection)
        try removeRows(of: load, on: &connection)
        try MasterLoadError.database { () throws(DatabaseError) in
            try MasterLoads.end(load, state, report, on: &connection)
        }
        isEnded = true
    }

    /// Makes the load count.
    mutating func apply(
        _ mode: String, _ report: LoadReport, on connection: inout Connection
    ) throws(MasterLoadError) {
        let isOurs = try MasterLoadError.database { () throws(DatabaseError) in
            try MasterLoads.apply(load, mode, report, on: &connection)
        }
        guard isOurs else { throw .takenOver }
        isEnded = true
    }

    /// Clears away after an error, as far as the database lets that be done; the next run does what is left.
    mutating func giveUp(after error: MasterLoadError, on connection: inout Connection) {
        if isEnded { return }
        switch error {
        case .takenOver: return
        case .database(let error) where error.isConnectionLost: return
        case .file, .disk, .database: break
        }
        // What went wrong first is what is reported.
        try? end("abandoned", LoadReport(), on: &connection)
    }

    private func removeRows(of load: Int64, on connection: inout Connection) throws(MasterLoadError) {
        var removed = 0
        while true {
            let count = try MasterLoadError.database { () throws(DatabaseError) in
                let count = try MasterLoads.removeRows(of: load, on: &connection)
                guard count > 0 else { return 0 }
                return try MasterLoads.touch(unfinished?.load ?? self.load, on: &connection) ? count : -1
            }
            guard count >= 0 else { throw .takenOver }
            guard count > 0 else { return }
            removed += count
            progress(LoadProgress(phase: .cleaning, done: removed, total: nil, rows: removed, refused: 0))
        }
    }
}
