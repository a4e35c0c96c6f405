import FoundationEssentials
import Testing

/// Random sequences of everything that can be done, against a model of the requirements.
///
/// `PROPERTY_SEED` is the seed of the first sequence (the one after it has the next number), `PROPERTY_SEQUENCES` how many
/// there are; a failure says the seed that repeats it.
@Suite("any sequence of actions") struct RegistrationPropertyTests {
    @Test("pages and database are those of the model, whatever is done in whatever order")
    func sequences() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["PROPERTY_SEQUENCES"].flatMap { Int($0) } ?? 2_000
        let first = environment["PROPERTY_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1_000_000_000)
        var done = 0
        var answers: [String: Int] = [:]
        while done < count {
            let batch = min(Self.batch, count - done)
            let isGood = try run(batch, from: first &+ UInt64(done), &answers)
            guard isGood else { return }
            done += batch
        }
        if environment["PROPERTY_REPORT"] != nil {
            for (answer, count) in answers.sorted(by: { $0.value > $1.value }) { print(count, answer) }
        }
    }

    /// Sequences in one database: tables stay small, and the master has few rows.
    private static let batch = 100
    /// 1 January 2001: so long before the tests' own time that no sequence reaches it.
    private static let start = 978_307_200

    /// - Returns: whether all went as the model says.
    private func run(_ count: Int, from first: UInt64, _ answers: inout [String: Int]) throws -> Bool {
        var isGood = true
        try Site.run { site in
            let portal = ClockedPortal(site)
            let registrar = Holder(9_999)
            let password = try site.invite([registrar])[0]
            let browser = Browser(site)
            try browser.register(registrar, password, on: site, steps: 1)
            _ = try browser.choose(RegistrationModel.takenName, password: registrar.password)
            _ = try browser.prove(site.codes(of: registrar))
            _ = try browser.finish()
            try site.load((0..<(2 * count)).map { Holder($0) })
            var now = Self.start
            for number in 0..<count {
                let seed = first &+ UInt64(number)
                var run = try SequenceRun(portal, holders: [Holder(2 * number), Holder(2 * number + 1)], at: now)
                var generator = ActionGenerator(seed: seed)
                var actions: [Action] = []
                var difference: String?
                for _ in 0..<generator.length() where difference == nil {
                    let action = generator.next(run.model)
                    actions.append(action)
                    difference = try run.perform(action)
                }
                if difference == nil { difference = try run.compareRows() }
                now = run.model.now
                answers.merge(run.answers) { $0 + $1 }
                guard let difference else { continue }
                isGood = false
                var shortest = Shrinking(
                    portal: portal, nextHolder: 2 * count, now: now, actions: actions, difference: difference)
                try shortest.cut()
                Issue.record("PROPERTY_SEED=\(seed) PROPERTY_SEQUENCES=1 repeats this:\n\(shortest)")
                return
            }
        }
        return isGood
    }
}

/// A sequence that fails, made as short as leaving out single actions makes it.
private struct Shrinking: CustomStringConvertible {
    let portal: ClockedPortal
    var nextHolder: Int
    var now: Int
    var actions: [Action]
    var difference: String

    /// Leaves out one action after the other, the last first, and keeps what still fails.
    mutating func cut() throws {
        var isShorter = true
        while isShorter {
            isShorter = false
            for index in actions.indices.reversed() {
                var fewer = actions
                fewer.remove(at: index)
                guard nextHolder < 9_990, let difference = try failure(of: &fewer) else { continue }
                (actions, self.difference, isShorter) = (fewer, difference, true)
                if index >= actions.count { break }
            }
        }
    }

    /// What is wrong with a sequence, which is cut after the action where it shows.
    private mutating func failure(of actions: inout [Action]) throws -> String? {
        let holders = [Holder(nextHolder), Holder(nextHolder + 1)]
        nextHolder += 2
        try portal.site.load(holders)
        var run = try SequenceRun(portal, holders: holders, at: now, afterFailure: true)
        defer { now = run.model.now }
        for (index, action) in actions.enumerated() {
            if let difference = try run.perform(action) {
                actions.removeSubrange((index + 1)...)
                return difference
            }
        }
        return try run.compareRows()
    }

    var description: String {
        let lines = actions.enumerated().map { "\($0 + 1). \($1)" }
        return (lines + [difference]).joined(separator: "\n")
    }
}
