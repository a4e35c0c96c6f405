import HTMLTemplate
public import Logging
public import Persistence
import Registration
import Synchronization
import Threading

/// Delivers the outbox: claims what is due, writes the text, hands it over, marks it.
///
/// No database transaction is open while a letter is being handed over. A courier that dies leaves its messages to the
/// others when the lease ends.
public final class Courier: Sendable {
    private let store: Store
    private let texts: TextStore
    private let transport: any Transport
    private let log: Logger
    private let isStopping = Atomic(false)
    private let threads = Mutex<[Thread]>([])

    /// Makes a courier.
    public init(store: Store, texts: TextStore, transport: any Transport, log: Logger) {
        self.store = store
        self.texts = texts
        self.transport = transport
        self.log = log
    }

    /// Starts sender threads.
    ///
    /// - Returns: how many the system gave, of `count`.
    public func start(threads count: Int) -> Int {
        threads.withLock { threads in
            for _ in 0..<count {
                guard let thread = Thread.start({ self.run() }) else { break }
                threads.append(thread)
            }
            return threads.count
        }
    }

    /// Lets every thread finish the letter in its hands, and waits for that.
    public func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        store.outboxSignal.raise()
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in running { thread.join() }
    }

    private func run() {
        while !isStopping.load(ordering: .sequentiallyConsistent) {
            let count = store.outboxSignal.count
            let hasWished = attempt("wishes for messages") { () throws(StoreError) in
                try store.handleMessageRequest()
            }
            let hasDelivered = attempt("outbox") { () throws(StoreError) in
                let messages = try store.claimMessages(atMost: Self.batch, lease: Self.lease)
                for message in messages { try deliver(message) }
                return !messages.isEmpty
            }
            if !hasWished, !hasDelivered { store.outboxSignal.wait(since: count, atMost: Self.patience) }
        }
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

    private func deliver(_ message: OutboxMessage) throws(StoreError) {
        guard let letter = letter(for: message) else {
            log.error("message without text or key", metadata: ["message": "\(message.id)"])
            return try store.refuse(message)
        }
        switch transport.deliver(letter) {
        case .accepted:
            try store.markSent(message)
        case .later(let reason):
            log.warning(
                "message not handed over", metadata: ["message": "\(message.id)", "reason": "\(reason)"])
            try store.putBack(message, after: Self.delays[min(message.attempts, Self.delays.count - 1)])
        case .refused(let reason):
            log.warning("message refused", metadata: ["message": "\(message.id)", "reason": "\(reason)"])
            try store.refuse(message)
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
            gstin: message.gstin?.text ?? "", expiresAt: message.usefulUntil.map(IndianTime.dateAndTime) ?? "")
        let text = texts.current.render(
            MessageTexts.name(of: message.template, on: channel), content, language: message.language.rawValue)
        let (subject, body) = Self.parts(of: text)
        return Letter(serial: message.id, destination: message.destination, subject: subject, body: body)
    }

    /// The subject of a text that begins with `Subject: `, and what stands below the empty line after it.
    private static func parts(of text: String) -> (subject: String, body: String) {
        let marker = "Subject: "
        guard text.utf8.starts(with: marker.utf8), let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else {
            return ("ICEGATE", text)
        }
        let subject = text[text.utf8.index(text.startIndex, offsetBy: marker.utf8.count)..<end]
        let body = text[end...].utf8.drop { $0 == UInt8(ascii: "\n") }
        return (String(subject), String(decoding: body, as: UTF8.self))
    }

    private static let batch = 8
    private static let lease = Duration.seconds(60)
    private static let patience = Duration.seconds(1)
    private static let delays: [Duration] = [.seconds(2), .seconds(10), .seconds(60), .seconds(300)]
}
