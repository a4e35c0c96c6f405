import ArgumentParser
import FoundationEssentials
import MariaDB
import Persistence
import PortalConfiguration
import Registration
import Sodium

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Seals the audit, checks that nobody changed it, and hands it to auditors.",
        discussion: """
            Works with the account CTL_AUDITOR_USER, which reads events and adds seals and can change neither. Seals are \
            made with the keys of KEY_FILE: keep every key there under which something was sealed that is still kept.

            Example: icegatectl audit verify
            """,
        subcommands: [
            AuditSealCommand.self, AuditVerifyCommand.self, AuditExportCommand.self, AuditPruneCommand.self,
        ])
}

struct AuditSealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Seals what was done since the last seal; for a timer, every five minutes.",
        discussion: """
            Each seal is one transaction. Any number of these may run at once, on any nodes of a cluster. The number and the \
            code of each seal are printed: in the journal of a timer, or anywhere else out of reach of who has the \
            database, they are what audit verify --expect compares the chain with.

            An hour in which nothing was done is sealed as such. What says of itself that it was done more than an hour \
            before everything was sealed is left out, and audit verify reports it as added. Where that has a good reason, \
            as after the clock of the database went back, --by-hand seals it, and goes on behind a last seal that is \
            damaged; the seal and every later audit verify say so.

            Examples: icegatectl audit seal
                      icegatectl audit seal --json >>/var/log/icegate/audit-seals.jsonl
            """)

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "The most events of one seal, 1 to 50000.")
    var batch = 5_000

    @Flag(name: .long, help: "Seal also what came too late, and behind a damaged seal.")
    var byHand = false

    func validate() throws {
        guard (1...50_000).contains(batch) else { throw ValidationError("--batch takes 1 to 50000.") }
    }

    func run() throws {
        let (pool, keys) = try options.audit(.auditor)
        let sealer = AuditSealer(pool: pool, keys: keys, operatorName: CommonOptions.operatorName, batchSize: batch)
        let outcome = try options.reporting {
            try sealer.run(byHand: byHand) { seal in
                if !options.json { print(seal.line) }
            }
        }
        switch outcome {
        case .refused(let seal, let judgement):
            throw options.refused(
                "Nothing was sealed: \(seal.trouble(judgement)) Look with icegatectl audit verify; --by-hand goes on.")
        case .done(let run):
            let note = run.isOvertaken ? "Another run is sealing; the rest is its." : "Nothing is left to seal."
            options.print(
                [
                    ("state", .text(run.isOvertaken ? "overtaken" : "sealed")), ("seals", .number(run.seals)),
                    ("events", .number(run.events)), ("last", run.last?.json ?? .object([])),
                ], orText: note)
        }
    }
}

struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Checks every seal and every event under it.",
        discussion: """
            Finds an event or a seal that was changed, removed, added or moved after it was sealed, and names it. The exit \
            code is 1 then. The last line is the newest seal with its code: note it where nobody who can reach the \
            database can, and give it to a later check with --expect, or the codes that audit seal has printed.

            What this proves: who has the database with every right on it, and not the keys, can only take away seals at the \
            end of the chain together with what they name, or change what was not sealed yet; the first is seen with \
            --expect, and as a gap between seals. Who has the database and KEY_FILE can write a whole new chain that \
            passes: only a code that was noted elsewhere tells. No seal tells whether what the portal wrote was true.

            Examples: icegatectl audit verify
                      icegatectl audit verify --expect 5d41…64 hexadecimal digits…c592 --json
            """)

    @OptionGroup var options: CommonOptions

    @Option(
        name: .long, help: "The code of a seal that has to be in the chain, 64 hexadecimal digits; may be repeated.")
    var expect: [String] = []

    func validate() throws { _ = try codes() }

    private func codes() throws(ValidationError) -> [[UInt8]] {
        try expect.map { text throws(ValidationError) in
            guard let code = Hexadecimal.decode(text), code.count == AuditSeal.origin.count else {
                throw ValidationError("--expect takes the 64 hexadecimal digits of a seal's code.")
            }
            return code
        }
    }

    func run() throws {
        let (pool, keys) = try options.audit(.auditor)
        let report = try options.reporting { try AuditVerifier(pool: pool, keys: keys).verify(expecting: codes()) }
        options.print(report.json, orText: report.lines.joined(separator: "\n"))
        if !report.isIntact { throw Exit.refused }
    }
}

struct AuditExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes the events of a time as CSV, or as lines of JSON.",
        discussion: """
            In the order of their numbers, each with the number of its seal. CSV is RFC 4180 in UTF-8, and no cell of it is \
            run by a spreadsheet; with --json each line is an object, without what is empty. Times are UTC. A day begins at \
            midnight in India; an instant is written with its zone.

            Examples: icegatectl audit export --from 2026-11-01 --to 2026-12-01 > november.csv
                      icegatectl audit export --from 2026-11-22T10:00:00Z --json
            """)

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "What was done at that time or later: 2026-11-01 or 2026-11-01T10:30:00+05:30.")
    var from: String?

    @Option(name: .long, help: "What was done before that time.")
    var to: String?

    func validate() throws {
        let (from, to) = (try Self.time(from, "--from"), try Self.time(to, "--to"))
        if let from, let to, from >= to { throw ValidationError("--to must be later than --from.") }
    }

    static func time(_ text: String?, _ option: String) throws(ValidationError) -> Date? {
        guard let text else { return nil }
        let isDay = text.utf8.count == 10
        guard let date = try? Date(isDay ? text + "T00:00:00+05:30" : text, strategy: .iso8601) else {
            throw ValidationError("\(option) takes a day, 2026-11-01, or a time, 2026-11-01T10:30:00+05:30.")
        }
        return date
    }

    func run() throws {
        let settings = try options.database(as: .auditor)
        let reader = AuditReader(
            pool: Pool(ConnectionOptions(settings, for: .bulk), size: 1, waitLimit: .seconds(2)))
        let output = AuditOutput(isJSON: options.json)
        try options.reporting {
            try reader.forEachEvent(
                from: Self.time(from, "--from"), to: Self.time(to, "--to")
            ) { event, seal in output.add(event, seal: seal) }
        }
        output.flush()
    }
}

struct AuditPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Takes away events and seals that were kept long enough.",
        discussion: """
            A link is added to the chain that says up to where it was taken away: what is left verifies. Works with the \
            account CTL_MIGRATOR_USER, the only one that may delete events. May be broken off and run again. Export and \
            verify before.

            Example: icegatectl audit prune --older-than-days 365
            """)

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "How long events are kept, in days.")
    var olderThanDays = 365

    func validate() throws {
        guard (1...36_500).contains(olderThanDays) else { throw ValidationError("--older-than-days takes 1 to 36500.") }
    }

    func run() throws {
        let (pool, keys) = try options.audit(.migrator)
        let retention = AuditRetention(pool: pool, keys: keys, operatorName: CommonOptions.operatorName)
        switch try options.reporting({ try retention.removeOlder(thanDays: olderThanDays) }) {
        case .refused(let seal, let judgement):
            throw options.refused(
                "Nothing was removed: \(seal.trouble(judgement)) Look with icegatectl audit verify.")
        case .done(let seals, let events):
            options.print(
                [("seals", .number(seals)), ("events", .number(events))],
                orText: "\(events) events and \(seals) seals removed")
        }
    }
}

extension CommonOptions {
    /// What a command on the audit works with.
    fileprivate func audit(_ role: DatabaseRole) throws -> (pool: Pool, keys: KeyRing) {
        let configuration = try load()
        let settings = try database(of: configuration, as: role)
        guard let keys = KeyRing(configuration.keys.map { (id: $0.id, bytes: $0.bytes) }) else {
            throw refused("KEY_FILE is not set or holds no usable key.")
        }
        return (Pool(ConnectionOptions(settings, for: .bulk), size: 1, waitLimit: .seconds(2)), keys)
    }
}

extension AuditSeal {
    /// `seal 42: 17 events, made 2026-11-22T10:42:00.000000Z, code 5d41…`
    var line: String {
        "seal \(number): \(events.count) events, made \(sealedAt.zoned), code \(Hexadecimal.encode(code))"
    }

    /// One object for a job.
    var json: JSONValue {
        .object([
            ("number", .number(Int(number))), ("kind", .text(kind?.rawValue ?? "")), ("made_at", .text(sealedAt.zoned)),
            ("made_by", .text(sealedBy)), ("events", .number(events.count)), ("key_id", .number(Int(keyID))),
            ("code", .text(Hexadecimal.encode(code))),
        ])
    }

    /// Why nothing is tied to it.
    fileprivate func trouble(_ judgement: Judgement) -> String {
        switch judgement {
        case .intact: ""
        case .forged: "seal \(number) was changed, or made without the key."
        case .keyMissing: "key \(keyID), of seal \(number), is not in KEY_FILE."
        case .formatUnknown: "seal \(number) was made by a newer version of icegatectl."
        }
    }
}

extension String {
    /// A time of the database as RFC 3339 has it.
    fileprivate var zoned: String { replacing(" ", with: "T", maxReplacements: 1) + "Z" }
}

extension AuditReport {
    /// As a person reads it.
    var lines: [String] {
        var lines = problems.map { "PROBLEM  \($0)" }
        if problemCount > problems.count { lines.append("PROBLEM  … and \(problemCount - problems.count) more") }
        lines += byHand.map {
            "note  seal \($0.number) was made by hand, by \($0.sealedBy) at \($0.sealedAt.zoned): \($0.events.count) events"
        }
        lines += gaps.map { "note  no seal was made between \($0.from.zoned) and \($0.to.zoned)" }
        if gapCount > gaps.count { lines.append("note  … and \(gapCount - gaps.count) more such times") }
        if let removal {
            let until = removal.until.map { ", the newest of \($0.zoned)" } ?? ""
            lines.append(
                "note  seals up to \(removal.through) were taken away by the clean-up with their events\(until)")
        }
        if unsealedCount > 0 {
            let oldest = oldestUnsealed.map { ", the oldest of \($0.zoned)" } ?? ""
            let late = isJobLate ? ": does audit seal run?" : ""
            lines.append("note  \(unsealedCount) events wait to be sealed\(oldest)\(late)")
        }
        lines.append(
            "\(isIntact ? "intact" : "DAMAGED"): \(sealCount) seals, \(eventCount) events as they were sealed"
                + (isIntact ? "" : ", \(problemCount) problems"))
        if let last { lines.append(last.line) }
        return lines
    }

    /// One object for a job.
    var json: [(name: String, value: JSONValue)] {
        [
            ("state", .text(isIntact ? "intact" : "damaged")), ("seals", .number(sealCount)),
            ("events", .number(eventCount)), ("unsealed", .number(unsealedCount)),
            ("oldest_unsealed_at", .text(oldestUnsealed?.zoned ?? "")), ("is_job_late", .flag(isJobLate)),
            ("removed_through", .number(Int(removal?.through ?? 0))), ("by_hand", .list(byHand.map(\.json))),
            (
                "gaps",
                .list(gaps.map { .object([("from", .text($0.from.zoned)), ("to", .text($0.to.zoned))]) })
            ),
            ("problem_count", .number(problemCount)), ("problems", .list(problems.map { .text($0.description) })),
            ("last", last?.json ?? .object([])),
        ]
    }
}
