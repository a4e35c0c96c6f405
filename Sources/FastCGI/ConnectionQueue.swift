import CFastCGI
import Glibc
import Threading

/// A connection that a worker has in its hands, or that waits in the queue.
struct Connection {
    let descriptor: Int32
    /// Never used again, as a descriptor is.
    let number: UInt64
    /// Whether the epoll set knows it.
    fileprivate(set) var isInSet = false
    /// Whether it was accepted before its turn, and nobody has had it yet.
    fileprivate(set) var isAhead = false
}

/// Where workers wait: for connections to accept, for requests on kept connections, and for the stop.
///
/// One epoll set for all workers, so that an idle connection holds no thread. A connection that waits in it is reported
/// once (`EPOLLONESHOT`) to one worker. The lock is held for some instructions and, but at a stop and beyond the limit of
/// idle connections, round no call of the system: a thread that waits for a core with the lock in its hands would hold up all
/// others. So nobody but the worker that has a connection closes it; who wants it gone shuts it down, which the epoll set
/// reports. Source: epoll(7).
final class ConnectionQueue: Sendable {
    private struct State {
        /// Connections that wait for a request, by their numbers.
        var idle: [UInt64: Connection] = [:]
        var lastNumber = Event.stop
        /// How many of the idle ones were accepted before their turn.
        var ahead = 0
        /// When the socket was last looked at for more connections.
        var lastLook = ContinuousClock.now
        /// How many connections workers have in their hands, or are about to accept.
        var taken = 0
        /// Connections that a worker reads a request from, by their numbers.
        var reading: [UInt64: Int32] = [:]
        var isDraining = false
        var isStopping = false

        var isDrained: Bool { isDraining && idle.isEmpty && taken == 0 }

        mutating func takeIdle(_ number: UInt64) -> Connection? {
            guard var connection = idle.removeValue(forKey: number) else { return nil }
            taken += 1
            if connection.isAhead { ahead -= 1 }
            connection.isAhead = false
            return connection
        }

        /// Notes that the worker which has a connection reads from it.
        mutating func read(from connection: Connection) {
            reading[connection.number] = connection.descriptor
            // The stop did not see it.
            if isStopping { shutdown(connection.descriptor, Int32(SHUT_RD)) }
        }
    }

    /// What events carry; from there on, they carry connections' numbers.
    private enum Event {
        static let listener: UInt64 = 0
        static let stop: UInt64 = 1
    }

    private let listener: Listener
    private let limits: Limits
    private let set: Int32
    private let wakeUp: Int32
    private let state = Monitor(State())
    private let turns = Turns.ofThisMachine

    init(listener: Listener, limits: Limits) throws(FastCGIError) {
        self.listener = listener
        self.limits = limits
        set = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC))
        guard set >= 0, wakeUp >= 0,
            control(EPOLL_CTL_ADD, listener.descriptor, EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue, Event.listener),
            control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue, Event.stop)
        else {
            throw FastCGIError(operation: "make an epoll set", code: errno, advice: "Raise the limit of open files.")
        }
    }

    deinit {
        for connection in state.withLock({ $0.idle.values.map { $0 } }) { Glibc.close(connection.descriptor) }
        if set >= 0 { Glibc.close(set) }
        if wakeUp >= 0 { Glibc.close(wakeUp) }
    }

    /// Waits for a connection that has something to read, or was just accepted.
    ///
    /// - Returns: the connection, which is the caller's until it is parked or closed; `nil` once the queue is stopped.
    func next() -> Connection? {
        while turns.take() {
            acceptMoreIfDue()
            var event = unsafe epoll_event()
            guard unsafe epoll_wait(set, &event, 1, -1) == 1 else { continue }
            switch unsafe event.data.u64 {
            case Event.stop: return nil
            case Event.listener:
                guard let connection = accept(pausesWhenItCannot: true) else { continue }
                state.withLock { $0.read(from: connection) }
                return connection
            case let number:
                let connection = state.withLock { state in
                    let connection = state.takeIdle(number)
                    if let connection { state.read(from: connection) }
                    return connection
                }
                if let connection { return connection }
            }
        }
        return nil
    }

    /// Has some of the connections that wait to be accepted wait in the set, as the kept ones do; looks for them once in two
    /// milliseconds.
    ///
    /// The set reports the listener in a round of all that waits in it, as it does a connection. Who had to wait for that
    /// report would wait for all others once more than they do.
    private func acceptMoreIfDue() {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            guard now - state.lastLook >= .milliseconds(2) else { return false }
            state.lastLook = now
            return true
        }
        guard isDue else { return }
        while state.withLock({ $0.ahead < limits.connectionsAhead }), var connection = accept() {
            connection.isAhead = true
            park(connection)
        }
    }

    /// Keeps a connection until its next request; closes it when the queue is stopped.
    func park(_ connection: Connection) {
        var parked = connection
        parked.isInSet = true
        let isKept = state.withLock { state in
            guard !state.isStopping else { return false }
            // Before the set may report it.
            state.idle[connection.number] = parked
            state.taken -= 1
            if parked.isAhead { state.ahead += 1 }
            if state.idle.count > limits.idleConnections, let oldest = state.idle.min(by: { $0.key < $1.key })?.value {
                shutdown(oldest.descriptor, Int32(SHUT_RDWR))
            }
            return true
        }
        guard isKept else { return close(connection) }
        let isWatched = control(
            connection.isInSet ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, connection.descriptor,
            EPOLLIN.rawValue | EPOLLONESHOT.rawValue, connection.number)
        guard !isWatched else { return }
        // The set does not report it, so that nobody else has taken it.
        _ = state.withLock { state in state.takeIdle(connection.number) }
        close(connection)
    }

    /// Closes a connection that a worker has.
    func close(_ connection: Connection) {
        Glibc.close(connection.descriptor)
        forget()
    }

    /// Lets go of a connection that its worker has closed.
    func forget() {
        let isDrained = state.withLock { state in
            state.taken -= 1
            return state.isDrained
        }
        if isDrained { state.notifyAll() }
    }

    /// Notes that no more of a request is waited for: a stop has nothing to interrupt any more.
    func hasRead(_ connection: Connection) {
        state.withLock { state in state.reading[connection.number] = nil }
    }

    /// Accepts nothing from here on, and waits until peers have closed the connections that there are, which are served
    /// until then: a peer may be sending a request on one that looks idle. What is left after the limits' drain time is
    /// left to the stop.
    ///
    /// A socket of our own refuses connections from here on, so that nginx turns to another server at once. An inherited
    /// one is left as it is: what waits in it is the successor's.
    func drain() {
        state.withLock { $0.isDraining = true }
        epoll_ctl(set, EPOLL_CTL_DEL, listener.descriptor, nil)
        if !listener.isInherited { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }
        _ = state.wait(atMost: limits.drainTime) { $0.isDrained ? true : nil }
    }

    /// Wakes every worker, and ends the reading of requests that have not wholly arrived.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            // What has arrived can still be read: only the waiting for more ends.
            for descriptor in state.reading.values { shutdown(descriptor, Int32(SHUT_RD)) }
        }
        turns.end()
        // The counter is never read down, so that it wakes all. A full counter (EAGAIN) has woken them before.
        eventfd_write(wakeUp, 1)
    }

    private func accept(pausesWhenItCannot: Bool = false) -> Connection? {
        let number: UInt64? = state.withLock { state in
            guard !state.isDraining else { return nil }
            state.taken += 1
            state.lastNumber += 1
            return state.lastNumber
        }
        guard let number else { return nil }
        let connection = Connection(descriptor: listener.accept(), number: number)
        guard connection.descriptor >= 0 else {
            let code = errno
            forget()
            // EAGAIN: there is none any more. All else (EMFILE, ENFILE, ENOBUFS, ENOMEM) lasts: without the pause the
            // event would come back at once, for ever.
            if pausesWhenItCannot, code != EAGAIN, code != ECONNABORTED, code != EINTR { pauseUnlessStopped() }
            return nil
        }
        guard Self.setTime(SO_RCVTIMEO, limits.receiveTime, of: connection.descriptor),
            Self.setTime(SO_SNDTIMEO, limits.sendTime, of: connection.descriptor),
            Self.peekForward(connection.descriptor)
        else {
            close(connection)
            return nil
        }
        return connection
    }

    private func pauseUnlessStopped() {
        Turns.passOn()
        var descriptor = pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)
        unsafe poll(&descriptor, 1, 100)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ number: UInt64) -> Bool {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = number
        return unsafe epoll_ctl(set, operation, descriptor, &event) == 0
    }

    /// Makes every `MSG_PEEK` go on where the one before ended. Source: socket(7), SO_PEEK_OFF.
    private static func peekForward(_ descriptor: Int32) -> Bool {
        var offset: Int32 = 0
        return unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_PEEK_OFF, &offset, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    private static func setTime(_ option: Int32, _ time: Duration, of descriptor: Int32) -> Bool {
        let (seconds, attoseconds) = time.components
        var value = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        return unsafe setsockopt(
            descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size)) == 0
    }
}
