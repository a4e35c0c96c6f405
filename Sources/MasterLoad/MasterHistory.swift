public import MariaDB

/// What the loads made of the master: a pair through time, the difference of two loads, and going back.
public struct MasterHistory: ~Copyable {
    /// A pair's row as a load left it.
    public struct Version: Sendable, Equatable {
        /// The pair.
        public let iec, gstin: String
        /// The load that wrote it.
        public let load: Int64
        /// When that load was done, `2026-11-23T04:05:06Z`; who did it, from which file.
        public let finishedAt, loadedBy, fileName: String
        /// Whether the load took the pair away; the rest is what it had last.
        public let isRemoved: Bool
        /// Name, e-mail, mobile, status of the IEC and of the GSTIN.
        public let legalName, email, mobile, iecStatus, gstinStatus: String
        /// Whether it is the version that counts now.
        public let isCurrent: Bool
    }

    /// What became of a pair between two loads.
    public struct Difference: Sendable, Equatable {
        /// The pair.
        public let iec, gstin: String
        /// Added, removed, or the names of the columns that are different.
        public let change: Change

        /// What became of it.
        public enum Change: Sendable, Equatable {
            case added
            case removed
            case changed([String])
        }
    }

    /// Why there is no such load, or none that can be taken back.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        /// In words.
        public let description: String
    }

    private var connection: Connection

    /// Looks into a database.
    public init(_ database: ConnectionOptions) throws(MasterLoadError) {
        connection = try MasterLoader.connection(database)
    }

    /// The versions of an IEC's pairs, or of one of them, the newest of each first.
    public mutating func versions(iec: String, gstin: String?) throws(MasterLoadError) -> [Version] {
        do throws(DatabaseError) {
            let onePair: SQL = if let gstin { "AND v.gstin = \(gstin)" } else { "" }
            let rows = try connection.rows(
                """
                SELECT v.iec, v.gstin, v.load_id, IFNULL(DATE_FORMAT(l.finished_at, '%Y-%m-%dT%H:%i:%sZ'), ''),
                    IFNULL(IF(l.operator = '', l.loaded_by, l.operator), ''), IFNULL(l.file_name, ''), v.is_removed,
                    v.legal_name, v.email, v.mobile, v.iec_status, v.gstin_status,
                    v.load_id = MAX(v.load_id) OVER (PARTITION BY v.iec, v.gstin)
                FROM master_versions v LEFT JOIN master_loads l ON l.id = v.load_id
                WHERE v.iec = \(iec) \(onePair) AND v.load_id <= (SELECT current_load FROM master_state WHERE id = 1)
                ORDER BY v.iec, v.gstin, v.load_id DESC
                """)
            var versions: [Version] = []
            for row in rows {
                versions.append(
                    Version(
                        iec: try row.get(0), gstin: try row.get(1), load: try row.get(2), finishedAt: try row.get(3),
                        loadedBy: try row.get(4), fileName: try row.get(5), isRemoved: try row.get(6),
                        legalName: try row.get(7), email: try row.get(8), mobile: try row.get(9),
                        iecStatus: try row.get(10), gstinStatus: try row.get(11), isCurrent: try row.get(12)))
            }
            return versions
        } catch { throw .database(error) }
    }

    /// Walks the pairs that are different in the master after one load and after another, in the order of their keys.
    public mutating func differences(
        from first: Int64, to second: Int64, _ body: (Difference) -> Void
    ) throws(MasterLoadError) {
        let (low, high) = (min(first, second), max(first, second))
        do throws(DatabaseError) {
            try connection.forEachRow(
                """
                SELECT k.iec, k.gstin, IFNULL(NOT a.is_removed, FALSE), NOT b.is_removed,
                    BINARY a.legal_name <=> BINARY b.legal_name, BINARY a.email <=> BINARY b.email,
                    BINARY a.mobile <=> BINARY b.mobile, a.iec_status <=> b.iec_status, a.gstin_status <=> b.gstin_status
                FROM (
                    SELECT DISTINCT iec, gstin FROM master_versions WHERE load_id > \(low) AND load_id <= \(high)
                ) k
                LEFT JOIN master_versions a ON a.iec = k.iec AND a.gstin = k.gstin AND a.load_id = (
                    SELECT MAX(x.load_id) FROM master_versions x
                    WHERE x.iec = k.iec AND x.gstin = k.gstin AND x.load_id <= \(low))
                JOIN master_versions b ON b.iec = k.iec AND b.gstin = k.gstin AND b.load_id = (
                    SELECT MAX(y.load_id) FROM master_versions y
                    WHERE y.iec = k.iec AND y.gstin = k.gstin AND y.load_id <= \(high))
                ORDER BY k.iec, k.gstin
                """
            ) { (row) throws(DatabaseError) in
                var (wasThere, isThere) = (try row.get(2, as: Bool.self), try row.get(3, as: Bool.self))
                if first > second { swap(&wasThere, &isThere) }
                var columns: [String] = []
                for (place, column) in MasterColumn.allCases.dropFirst(2).enumerated() {
                    if try !row.get(4 + place, as: Bool.self) { columns.append(column.rawValue) }
                }
                let change: Difference.Change
                switch (wasThere, isThere) {
                case (false, false): return
                case (false, true): change = .added
                case (true, false): change = .removed
                case (true, true):
                    if columns.isEmpty { return }
                    change = .changed(columns)
                }
                body(Difference(iec: try row.get(0), gstin: try row.get(1), change: change))
            }
        } catch { throw .database(error) }
    }

    /// The first load between two, the later one included, whose history was taken away; `nil` when all of it is there.
    public mutating func firstWithoutHistory(between first: Int64, and second: Int64) throws(MasterLoadError) -> Int64?
    {
        do throws(DatabaseError) {
            return try MasterLoads.firstWithoutHistory(
                after: min(first, second), through: max(first, second), on: &connection)
        } catch { throw .database(error) }
    }

    /// The state of a load in the record; `nil` when there is none of the number.
    public mutating func state(of load: Int64) throws(MasterLoadError) -> String? {
        do throws(DatabaseError) {
            return try connection.first("SELECT state FROM master_loads WHERE id = \(load)")?.get(0, as: String.self)
        } catch { throw .database(error) }
    }
}
