import Files
import FoundationEssentials
import MasterLoad
import Persistence
import Registration

/// Issues temporary passwords to every pair of the master that has no account, batch after batch.
struct BulkIssuing {
    let store: Store
    let client: Client
    let perMinute: Int?
    /// Where pairs with unusable contacts are listed.
    let report: String?

    private static let batchSize = 2_000
    /// How many pairs with unusable contacts are named on the terminal when no report is wanted.
    private static let shown = 20

    func run(_ options: CommonOptions) throws -> [IssueOutcome: Int] {
        do {
            return try options.reporting { try issue(ProgressBar(isSilent: options.json)) }
        } catch let error as FileError {
            throw options.refused(error.description)
        }
    }

    private func issue(_ bar: ProgressBar) throws -> [IssueOutcome: Int] {
        defer { bar.end() }
        var counts: [IssueOutcome: Int] = [:]
        var last: (iec: String, gstin: String)?
        var slot: Date?
        var pairs = 0
        var named = 0
        let file = try report.map { path throws(FileError) in try Report(path) }
        while true {
            let batch = try store.issueTemporaryPasswords(
                after: last, atMost: Self.batchSize, perMinute: perMinute, slot: slot, client: client)
            for (outcome, count) in batch.counts { counts[outcome, default: 0] += count }
            for pair in batch.unusable {
                if file != nil {
                    try file?.add([pair.iec, pair.gstin, pair.reason])
                } else if named < Self.shown {
                    named += 1
                    bar.end()
                    complain("unusable contacts: \(pair.iec) \(pair.gstin): \(pair.reason)")
                }
            }
            guard let end = batch.last else { break }
            (last, slot) = (end, batch.nextSlot)
            pairs += batch.counts.values.reduce(0, +)
            bar.show(
                LoadProgress(
                    phase: .issuing, done: pairs, total: nil, rows: pairs, refused: counts[.contactsUnusable] ?? 0))
        }
        let unnamed = (counts[.contactsUnusable] ?? 0) - named
        if file != nil {
            try file?.finish()
        } else if unnamed > 0 {
            bar.end()
            complain("unusable contacts: \(unnamed) pairs more; --report FILE lists all")
        }
        return counts
    }

    /// The list of pairs with unusable contacts.
    private final class Report {
        private var file: OutputFile

        init(_ path: String) throws(FileError) {
            file = try OutputFile(path: path)
            try file.append("iec,gstin,reason\r\n")
        }

        func add(_ fields: [String]) throws(FileError) {
            try file.append(CSVDocument.row(fields))
        }

        func finish() throws(FileError) { try file.finish() }
    }
}
