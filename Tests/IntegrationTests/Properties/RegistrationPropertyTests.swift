import FoundationEssentials
import Testing

/// Random sequences of everything that can be done, against a model of the requirements.
///
/// `PROPERTY_SEED` is the seed of the first sequence (the one after it has the next number), `PROPERTY_SEQUENCES` how many
/// there are. Without them each run does the same, so that it judges the code and not the luck of the draw; whoever looks
/// for more gives other numbers. `PROPERTY_REPORT` prints how often each answer came.
@Suite("any sequence of actions") struct RegistrationPropertyTests {
    @Test("B8, D13: pages and database are those of the model, whatever is done in whatever order")
    func sequences() async throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["PROPERTY_SEQUENCES"].flatMap { Int($0) } ?? 2_000
        let first = environment["PROPERTY_SEED"].flatMap { UInt64($0) } ?? 1
        var batches = stride(from: 0, to: count, by: Self.batch).map { start in
            (first: first &+ UInt64(start), count: min(Self.batch, count - start))
        }[...]
        var answers: [String: Int] = [:]
        var isGood = true
        // Each with a database of its own; more would wait for each other.
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for batch in batches.prefix(Self.concurrency) { group.addTask { try run(batch.count, from: batch.first) } }
            batches = batches.dropFirst(Self.concurrency)
            while let outcome = try await group.next() {
                answers.merge(outcome.answers) { $0 + $1 }
                if !outcome.isGood {
                    isGood = false
                    group.cancelAll()
                }
                if isGood, let batch = batches.popFirst() { group.addTask { try run(batch.count, from: batch.first) } }
            }
        }
        // Sequences that never get anywhere would agree on everything.
        if isGood, count >= 2_000 {
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
        "422 No try is left, and no further OTPs",
        "422 The OTPs have expired", "422 These details and OTPs do not match", "422 An ICEGATE ID exists already",
        "422 This IEC is not active", "422 This GSTIN is not active", "422 ICEGATE has no usable e-mail",
        "422 Enter the 6 characters of the captcha", "422 These are the e-mail ID and mobile number",
        "422 No further OTPs can be sent for a change of contacts",
    ]

    /// Sequences in one database: tables stay small, and the master has few rows.
    private static let batch = 100
    /// Databases at a time.
    private static let concurrency = max(2, min(4, ProcessInfo.processInfo.activeProcessorCount))
    /// 1 January 2001: so long before the tests' own time that no sequence reaches it.
    private static let start = 978_307_200

    private struct Outcome {
        /// Whether all went as the model says.
        var isGood = true
        var answers: [String: Int] = [:]
    }

    private func run(_ count: Int, from first: UInt64) throws -> Outcome {
        var outcome = Outcome()
        try Site.run { site in
            let portal = ClockedPortal(site)
            try Self.takeName(on: site)
            try site.load((0..<(2 * count)).map { Holder($0) })
            var now = Self.start
            // The fault of no sequence.
            let alreadyBroken = try portal.brokenInvariants(at: now)
            for number in 0..<count where !Task.isCancelled {
                let seed = first &+ UInt64(number)
                var run = try SequenceRun(
                    portal, holders: [Holder(2 * number), Holder(2 * number + 1)], at: now, alreadyBroken: alreadyBroken
                )
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
                outcome.answers.merge(run.answers) { $0 + $1 }
                guard let difference else { continue }
                outcome.isGood = false
                var failing = FailingSequence(
                    portal: portal, nextHolder: 2 * count, now: now, actions: actions, difference: difference)
                try failing.shorten()
                Issue.record(
                    """
                    PROPERTY_SEED=\(seed) PROPERTY_SEQUENCES=1 repeats this (where it needs those before it in its database, \
                    PROPERTY_SEED=\(first) PROPERTY_SEQUENCES=\(number + 1) does):
                    \(failing)
                    """)
                return
            }
        }
        return outcome
    }

    /// Registers somebody with the name that is taken from the beginning.
    private static func takeName(on site: Site) throws {
        let registrar = Holder(9_999)
        let password = try site.invite([registrar])[0]
        let browser = Browser(site)
        try browser.register(registrar, password, on: site, steps: 1)
        _ = try browser.choose(RegistrationModel.takenName, password: registrar.password)
        _ = try browser.prove(site.codes(of: registrar))
        _ = try browser.finish()
    }
}
