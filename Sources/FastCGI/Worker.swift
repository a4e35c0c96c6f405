import Glibc
import HTTP
import HTTPTypes
import Threading

/// What one thread of the server does: takes a connection, looks its request through, has it answered.
struct Worker: ~Copyable {
    private let queue: ConnectionQueue
    private let limits: Limits
    private let handler: @Sendable (Result<Request, RequestError>) -> Response
    private let exchange = Exchange()
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    init(
        queue: ConnectionQueue, limits: Limits,
        handler: @escaping @Sendable (Result<Request, RequestError>) -> Response
    ) {
        self.queue = queue
        self.limits = limits
        self.handler = handler
    }

    /// Serves until the queue is stopped.
    mutating func run() {
        while let connection = queue.next() { serve(connection) }
        Turns.passOn()
    }

    private enum Arrival {
        case nothing
        case whole(mayKeep: Bool, holdsNUL: Bool)
        case refused
    }

    private mutating func serve(_ connection: Connection) {
        let queue = self.queue
        let arrival = receive(connection.descriptor)
        queue.hasRead(connection)
        switch arrival {
        case .nothing:
            queue.park(connection)
        case .refused:
            queue.close(connection)
        case .whole(let mayKeep, let holdsNUL):
            if exchange.begin(connection.descriptor) {
                let (answer, bodyIsRead) = self.answer(holdsNUL: holdsNUL)
                // More than a socket takes at once: a peer that takes its time keeps no turn.
                if answer.count > 65_536 { Turns.passOn() }
                if exchange.finish(with: answer, mayKeep: mayKeep && bodyIsRead) { return queue.park(connection) }
            }
            queue.forget()
        }
    }

    /// Looks through the request in the socket's buffer, without taking it out, until it is whole.
    private mutating func receive(_ connection: Int32) -> Arrival {
        var scanner = RecordScanner(bodyLimit: limits.bodyBytes)
        let clock = ContinuousClock()
        var deadline: ContinuousClock.Instant?
        while true {
            // The first look does not wait: a connection without a request is parked. Later ones wait for the rest.
            let flags = Int32(MSG_PEEK) | (deadline == nil ? Int32(MSG_DONTWAIT) : 0)
            let count = unsafe recv(connection, &buffer, buffer.count, flags)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN, deadline == nil { return .nothing }
            guard count > 0 else { return .refused }
            switch scanner.scan(buffer, count: count) {
            case .whole(let mayKeep): return .whole(mayKeep: mayKeep, holdsNUL: scanner.parametersHoldNUL)
            case .refused: return .refused
            case .incomplete: break
            }
            let now = clock.now
            guard now < deadline ?? .now + limits.receiveTime else { return .refused }
            if deadline == nil {
                deadline = now + limits.receiveTime
                Turns.passOn()
            }
        }
    }

    /// Decodes the request and has it answered.
    ///
    /// - Returns: the answer, and whether the body was read to its end, so that the connection can be used on.
    private func answer(holdsNUL: Bool) -> (answer: Answer, bodyIsRead: Bool) {
        let parameters = holdsNUL ? nil : exchange.parameters(limit: limits.parameters)
        var bodyIsRead = false
        let request: Result<Request, RequestError>
        do throws(RequestError) {
            guard let parameters else {
                throw RequestError(
                    status: .badRequest, reason: "a FastCGI parameter holds NUL, or its name is not ASCII")
            }
            let head = try RequestHead(parameters, limits: limits)
            guard let body = exchange.body(count: head.contentLength) else {
                throw RequestError(status: .badRequest, reason: "the body is not as long as announced")
            }
            bodyIsRead = true
            request = .success(try head.request(body: body))
        } catch {
            request = .failure(error)
        }
        // nginx may send somebody else's request on the connection as soon as it has the answer: one that is closed then would
        // cost it that request.
        if !bodyIsRead { bodyIsRead = exchange.discardBody() }
        let isHead = parameters.map(RequestHead.isHead) ?? false
        return (Answer(handler(request), isHead: isHead), bodyIsRead)
    }
}
