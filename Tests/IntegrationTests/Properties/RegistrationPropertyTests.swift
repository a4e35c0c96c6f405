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
        // Sequences that never get anywhere would agree on everything.
        if count >= 2_000 {
            #expect(Self.whatHasToCome.filter { answer in !answers.keys.contains { $0.hasPrefix(answer) } } == [])
        }
        if environment["PROPERTY_REPORT"] != nil {
            for (answer, count) in answers.sorted(by: { $0.value > $1.value }) { print(count, answer) }
        }
    }

    /// Answers that a few thousand sequences give.
    private static let whatHasToCome = [
        "200 /register/account", "200 /register/otp", "200 /register/verified", "200 /register/finish",
        "200 /register/alternate", "200 /register/alternate/otp", "200 /register/done", "200 /account",
        "303 /register?ended=expired", "303 /register?ended=timed-out", "303 /register?ended=taken-over",
        "403 The form has expired", "403 This account may not file", "429 Too many tries",
        "422 This ICEGATE ID already exists", "422 No try is left for these OTPs. Please ask for new ones",
        "422 No try is left for these OTPs. Please enter the alternate", "422 No try is left, and no further OTPs",
        "422 The OTPs have expired", "422 These details and OTPs do not match", "422 An ICEGATE ID exists already",
        "422 This IEC is not active", "422 This GSTIN is not active", "422 ICEGATE has no usable e-mail",
        "422 Enter the characters that the image shows", "422 These are the e-mail ID and mobile number",
    ]

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

    /// Leaves out one action after the other, the last first, sends each form once, and keeps what still fails.
    mutating func cut() throws {
        var isShorter = true
        while isShorter {
            isShorter = false
            for index in actions.indices.reversed() where index < actions.count {
                var fewer = actions
                fewer.remove(at: index)
                guard nextHolder < 9_990, let difference = try failure(of: &fewer) else { continue }
                (actions, self.difference, isShorter) = (fewer, difference, true)
            }
        }
        for index in actions.indices.reversed() where index < actions.count && actions[index].delivery != .once {
            var plainer = actions
            plainer[index].delivery = .once
            if let difference = try failure(of: &plainer) { (actions, self.difference) = (plainer, difference) }
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
