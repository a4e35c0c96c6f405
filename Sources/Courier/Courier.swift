import CoreMetrics
public import HTMLTemplate
public import Logging
public import Persistence
public import Registration
import Sodium
import Synchronization
public import Threading

/// Delivers the outbox: claims what is due, writes the text, hands it over, marks it.
///
/// Each channel has threads of its own, so that a relay that hangs holds up no SMS. No database transaction is open
/// while a letter is being handed over. A courier that dies leaves its messages to the others when the lease ends.
public final class Courier: Sendable {
    private let store: Store
    private let texts: Replaceable<TextTemplateSet>
    private let transport: any Transport
    private let host: String
    private let log: Logger
    private let lease: Duration
    private let gates: [Destination.Channel: BudgetGate]
    private let alarms: [AbuseAlarm]
    private let queues: [Destination.Channel: MessageQueue]
    private let isStopping = Atomic(false)
    private let threads = Monitor<[Thread]>([])

    /// Makes a courier.
    ///
    /// - Parameters:
    ///   - host: the portal's, for the last line of SMS from which phones fill in a code.
    ///   - budgets: for all portals together; a channel without one has no bounds.
    ///   - alarmSends: SMS with codes in an hour, from which on twice as many as were proven raise an alarm.
    ///   - alarmGuesses: wrong temporary passwords in an hour, from which on twice as many as right ones raise an alarm.
    public init(
        store: Store, texts: Replaceable<TextTemplateSet>, transport: any Transport, host: String = "",
        budgets: [Destination.Channel: SendBudget] = [:], alarmSends: Int = .max,
        alarmGuesses: Int = .max, log: Logger
    ) {
        self.store = store
        self.texts = texts
        self.transport = transport
        self.host = host
        self.log = log
        // Twice: who takes a message when half of its lease is over still ends before the other claims it.
        lease = .seconds(max(60, 2 * transport.patience.components.seconds + 20))
        gates = Dictionary(uniqueKeysWithValues: budgets.map { ($0.key, BudgetGate($0.value, on: $0.key)) })
        alarms = [AbuseAlarm(.sends, from: alarmSends), AbuseAlarm(.guesses, from: alarmGuesses)]
        queues = Dictionary(uniqueKeysWithValues: Destination.Channel.allCases.map { ($0, MessageQueue()) })
    }

    /// How many connections to the database a courier uses at once.
    ///
    /// - Parameter threads: as given to ``start(threads:)``.
    public static func connections(threads: Int) -> Int { threads * Destination.Channel.allCases.count + 1 }

    /// Starts sender threads.
    ///
    /// - Parameter count: for each channel.
    /// - Returns: whether the system gave all of them, and the one that handles wishes.
    public func start(threads count: Int) -> Bool {
        var bodies: [@Sendable () -> Void] = [{ self.handleWishes() }]
        for (channel, queue) in queues {
            for _ in 0..<count {
                bodies.append { self.send(on: channel, from: queue, batch: 2 * count) }
            }
        }
        return threads.withLock { threads in
            for body in bodies {
                guard let thread = Thread.start(body) else { return false }
                threads.append(thread)
            }
            return true
        }
    }

    /// Lets every thread finish the letter in its hands, waits for that, and gives the other messages back.
    public func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        for queue in queues.values { queue.stop() }
        store.outboxSignals.raiseAll()
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in running { thread.join() }
        let rest = queues.values.flatMap { $0.drain() }
        _ = attempt("giving messages back") { () throws(StoreError) in
            try store.release(rest)
            return true
        }
    }

    private var mustStop: Bool { isStopping.load(ordering: .sequentiallyConsistent) }

    // MARK: Threads

    private func handleWishes() {
        while !mustStop {
            let count = store.outboxSignals.wishes.count
            let hasWished = attempt("wishes for messages") { () throws(StoreError) in
                try store.handleMessageRequest()
            }
            if !hasWished {
                _ = attempt("looking for abuse") { () throws(StoreError) in
                    for alarm in alarms { try alarm.look(at: store, log) }
                    return true
                }
                store.outboxSignals.wishes.wait(since: count, atMost: Self.patience)
            }
        }
    }

    private func send(on channel: Destination.Channel, from queue: MessageQueue, batch: Int) {
        while true {
            switch queue.next() {
            case .stop: return
            case .claim(let allFoundAt): queue.add(look(on: channel, atMost: batch, after: allFoundAt))
            case .deliver(let claimed):
                // It waited so long that it could become another's while it is being sent: it will be claimed again.
                guard ContinuousClock.now + transport.patience < claimed.leaseEnds else { continue }
                _ = attempt("outbox") { () throws(StoreError) in
                    try deliver(claimed.message)
                    return true
                }
            }
        }
    }

    /// Claims what is due; after a look that found all of it, once there is a signal, or a while later.
    private func look(on channel: Destination.Channel, atMost batch: Int, after allFoundAt: Int?) -> MessageQueue.Look {
        let signal = store.outboxSignals[channel]
        if let allFoundAt { signal.wait(since: allFoundAt, atMost: Self.patience) }
        guard !mustStop else { return MessageQueue.Look() }
        let count = signal.count
        let leaseEnds = ContinuousClock.now + lease
        var claimed: [OutboxMessage] = []
        let mayBeMore = attempt("outbox") { () throws(StoreError) in
            let (all, bulk) = try gates[channel]?.allowance(store, log) ?? (batch, batch)
            guard all > 0 else { return false }
            let found = try store.claimMessages(
                atMost: min(batch, all), bulkAtMost: min(batch, bulk), on: [channel], lease: lease)
            claimed = found.messages
            gates[channel]?.take(claimed.count)
            return found.mayBeMore
        }
        return MessageQueue.Look(
            claimed: claimed.map { MessageQueue.Claimed(message: $0, leaseEnds: leaseEnds) },
            allFoundAt: mayBeMore ? nil : count)
    }

    /// Does one turn of a work: what hinders one work does not hinder the other.
    ///
    /// - Returns: whether there was something to do, and may be more.
    private func attempt(_ work: String, _ body: () throws(StoreError) -> Bool) -> Bool {
        do throws(StoreError) {
            return try body()
        } catch {
            log.error("\(work) could not be handled", metadata: ["cause": "\(error.description)"])
            return false
        }
    }

    // MARK: One message

    private func deliver(_ message: OutboxMessage) throws(StoreError) {
        // Made by a process that has a newer key: this one has it after its restart, and another one may be faster.
        if let seed = message.seed, !store.knows(seed) {
            log.error(
                "message whose key is not in this portal's KEY_FILE: restart it, or put the key back",
                metadata: ["message": "\(message.id)", "key": "\(seed.keyID)"])
            return try store.putBack(message, after: .seconds(10), DeliveryNote(reply: "unknown key"))
        }
        guard let letter = letter(for: message) else {
            log.error("message without text or key", metadata: ["message": "\(message.id)"])
            return try store.refuse(message, DeliveryNote(reply: "no text or key"))
        }
        let answer = transport.deliver(letter)
        let note = DeliveryNote(gateway: answer.gateway, reply: answer.reason)
        let channel = message.destination.channel.rawValue
        let facts: Logger.Metadata = [
            "message": "\(message.id)", "request": "\(message.requestID)", "channel": "\(channel)",
            "gateway": "\(answer.gateway)", "reason": "\(answer.reason)",
        ]
        Counter(
            label: "icegate_deliveries_total",
            dimensions: [("channel", channel), ("gateway", answer.gateway), ("result", answer.verdict.word)]
        ).increment()
        switch answer.verdict {
        case .accepted:
            log.info("message handed over", metadata: facts)
            try store.markSent(message, note)
        case .later:
            log.log(
                level: answer.needsMending ? .error : .warning,
                answer.needsMending ? "message not handed over: somebody has to mend this" : "message not handed over",
                metadata: facts)
            let delay = Self.delays[min(message.attempts, Self.delays.count - 1)]
            try store.putBack(message, after: Self.jittered(max(delay, answer.wait ?? .zero)), note)
        case .refused:
            log.warning("message refused", metadata: facts)
            try store.refuse(message, note)
        }
    }

    /// Writes the text of a message; `nil` when there is no text for its channel, or the key of its code is lost.
    func letter(for message: OutboxMessage) -> Letter? {
        let channel = message.destination.channel
        guard message.template.channels.contains(channel) else { return nil }
        let secret = store.secret(of: message)
        guard message.seed == nil || secret != nil else { return nil }
        let content = MessageContent(
            code: secret ?? "", icegateID: message.icegateID?.text ?? "", iec: message.iec?.text ?? "",
            gstin: message.gstin?.text ?? "", expiresAt: message.usefulUntil.map(IndianTime.dateAndTime) ?? "",
            host: host)
        let (subject, body) = texts.current.message(
            message.template, on: channel, content, language: message.language)
        return Letter(
            serial: message.id, template: message.template, language: message.language,
            destination: message.destination, subject: subject, body: body)
    }

    /// A time that differs by up to a fifth: what failed together does not come again together.
    private static func jittered(_ time: Duration) -> Duration { time * Double.random(in: 0.8...1.2) }

    private static let patience = Duration.seconds(1)
    private static let delays: [Duration] = [.seconds(2), .seconds(10), .seconds(60), .seconds(300)]
}
