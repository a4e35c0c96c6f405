import MariaDB
import Registration

/// The IEC/GSTIN master, read.
enum MasterEntries {
    /// The entry of a pair: its newest version that counts, unless that says that the pair was removed.
    ///
    /// A read without locks, of one instant: it waits for no load, and sees none half.
    static func find(_ iec: IEC, _ gstin: GSTIN, on connection: inout Connection) throws(DatabaseError) -> MasterEntry?
    {
        let row = try connection.first(
            """
            SELECT m.legal_name, m.email, m.mobile, IFNULL(i.is_active, FALSE), IFNULL(g.is_active, FALSE), m.is_removed
            FROM master_versions m
            LEFT JOIN iec_statuses i ON i.code = m.iec_status
            LEFT JOIN gstin_statuses g ON g.code = m.gstin_status
            WHERE m.iec = \(iec.text) AND m.gstin = \(gstin.text)
                AND m.load_id <= (SELECT current_load FROM master_state WHERE id = 1)
            ORDER BY m.load_id DESC LIMIT 1
            """)
        guard let row, try !row.get(5, as: Bool.self) else { return nil }
        // A contact that the domain refuses is one that the master lacks: the load counted it as unusable.
        return MasterEntry(
            iec: iec, gstin: gstin, legalName: try row.get(0), email: try? EmailAddress(row.get(1)),
            mobile: try? MobileNumber(row.get(2)), isIECActive: try row.get(3), isGSTINActive: try row.get(4))
    }

    /// The status of a code, which its entries share: that of the newest load counts where they differ.
    static func standing(of iec: IEC, on connection: inout Connection) throws(DatabaseError) -> IECStanding {
        let row = try connection.first(
            """
            SELECT IFNULL(i.meaning, m.iec_status), IFNULL(i.is_active, FALSE), IFNULL(l.finished_at, l.started_at)
            FROM master_entries m
            LEFT JOIN iec_statuses i ON i.code = m.iec_status
            JOIN master_loads l ON l.id = m.load_id
            WHERE m.iec = \(iec.text)
            ORDER BY m.load_id DESC LIMIT 1
            """)
        let newest = try connection.first(
            "SELECT finished_at FROM master_loads WHERE state = 'applied' ORDER BY id DESC LIMIT 1")
        return IECStanding(
            record: try row.map { (row) throws(DatabaseError) in
                IECStanding.Record(
                    meaning: try row.get(0), isActive: try row.get(1), loadedAt: try row.get(2))
            },
            masterLoadedAt: try newest?.get(0))
    }
}
