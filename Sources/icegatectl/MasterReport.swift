import MasterLoad

/// What a load did or would do, as it is printed.
struct MasterReport {
    let report: LoadReport
    let summary: [(column: String, reason: String, isRejection: Bool, count: Int)]

    /// The numbers, by name.
    var counts: [(name: String, value: Int)] {
        let changes = report.changedColumns.sorted { $0.key < $1.key }.map { ("changed_\($0.key)", $0.value) }
        return (report.load.map { [("load", Int($0))] } ?? []) + [
            ("read", report.read), ("added", report.added), ("changed", report.changed),
        ] + changes + [
            ("removed", report.removed), ("refused", report.refused), ("kept", report.kept),
            ("unusable_contacts", report.unusableContacts), ("before", report.before), ("after", report.after),
        ]
    }

    /// Each reason with how often it was given.
    var reasons: [(name: String, value: JSONValue)] {
        [
            (
                "reasons",
                .list(
                    summary.map {
                        .object([
                            ("column", .text($0.column)), ("reason", .text($0.reason)),
                            ("refused", .flag($0.isRejection)), ("count", .number($0.count)),
                        ])
                    })
            )
        ]
    }

    var text: String {
        (counts.map { "\($0.name): \($0.value)" }
            + summary.map { reason in
                let column = reason.column.isEmpty ? "row" : reason.column
                return "\(reason.isRejection ? "refused" : "note"): \(reason.count) × \(column): \(reason.reason)"
            }).joined(separator: "\n")
    }
}
