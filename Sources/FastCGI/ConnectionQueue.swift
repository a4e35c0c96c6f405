import CFastCGI
import Glibc
import Threading

/// Where workers wait: for connections to accept, for requests on kept connections, and for the stop.
///
/// One epoll set for all workers, so that an idle connection holds no thread. A connection that waits in it is reported
/// once (`EPOLLONESHOT`) to one worker. No mutex is held round accept or epoll_wait. Source: epoll(7), PERFORMANCE.
final class ConnectionQueue: Sendable {
    private struct State {
        /// Connections that wait in the set, by the number that their event carries. Numbers are never used again.
        var idle: [UInt64: Int32] = [:]
        var lastNumber = Event.firstConnection
        /// Connections that a worker reads a request from.
        var reading: Set<Int32> = []
        var isStopping = false
    }

    private enum Event {
        static let listener: UInt64 = 0
        static let stop: UInt64 = 1
        static let firstConnection: UInt64 = 2
    }

    private let listener: Listener
    private let limits: Limits
    private let set: Int32
    private let wakeUp: Int32
    private let state = Monitor(State())

    init(listener: Listener, limits: Limits) throws(FastCGIError) {
        self.listener = listener
        self.limits = limits
        set = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC))
        guard set >= 0, wakeUp >= 0,
            Self.add(listener.descriptor, to: set, events: EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue, Event.listener),
            Self.add(wakeUp, to: set, events: EPOLLIN.rawValue, Event.stop)
        else {
            throw FastCGIError(operation: "make an epoll set", code: errno, advice: "Raise the limit of open files.")
        }
    }

    deinit {
        for connection in state.withLock({ $0.idle.values.map { $0 } }) { close(connection) }
        if set >= 0 { close(set) }
        if wakeUp >= 0 { close(wakeUp) }
    }

    /// Waits for a connection that has something to read, or was just accepted.
    ///
    /// - Returns: the connection, which is the caller's; `nil` once the queue is stopped.
    func next() -> Int32? {
        while true {
            var event = unsafe epoll_event()
            let count = unsafe epoll_wait(set, &event, 1, -1)
            if state.withLock({ $0.isStopping }) { return nil }
            guard count == 1 else { continue }
            switch unsafe event.data.u64 {
            case Event.stop: return nil
            case Event.listener: if let connection = acceptOne() { return connection }
            case let number:
                // Not there: it was closed to make room between the event and now.
                if let connection = state.withLock({ $0.idle.removeValue(forKey: number) }) {
                    // It is out of the set's reach since it was reported once; it comes back under another number.
                    epoll_ctl(set, EPOLL_CTL_DEL, connection, nil)
                    return connection
                }
            }
        }
    }

    /// Keeps a connection until its next request; closes it when the queue is stopped.
    func park(_ connection: Int32) {
        let isKept = state.withLock { state in
            guard !state.isStopping else { return false }
            if state.idle.count >= limits.idleConnections, let oldest = state.idle.keys.min(),
                let victim = state.idle.removeValue(forKey: oldest)
            {
                close(victim)
            }
            state.lastNumber += 1
            state.idle[state.lastNumber] = connection
            if Self.add(connection, to: set, events: EPOLLIN.rawValue | EPOLLONESHOT.rawValue, state.lastNumber) {
                return true
            }
            state.idle[state.lastNumber] = nil
            return false
        }
        if !isKept { close(connection) }
    }

    /// Reads from a connection with `body`, which the stop can interrupt.
    func reading<Result>(_ connection: Int32, _ body: () -> Result) -> Result {
        state.withLock { state in
            state.reading.insert(connection)
            if state.isStopping { shutdown(connection, Int32(SHUT_RD)) }
        }
        defer { state.withLock { _ = $0.reading.remove(connection) } }
        return body()
    }

    /// Wakes every worker, and ends the reading of requests that have not wholly arrived.
    ///
    /// A socket of our own refuses connections from here on, so that nginx turns to another server at once. An inherited
    /// one is left as it is: what waits in it is the successor's.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            // What has arrived can still be read: only the waiting for more ends.
            for connection in state.reading { shutdown(connection, Int32(SHUT_RD)) }
        }
        if !listener.isInherited { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }
        // The counter is never read down, so that it wakes all. A full counter (EAGAIN) has woken them before.
        eventfd_write(wakeUp, 1)
    }

    private func acceptOne() -> Int32? {
        let connection = fastcgi_accept(listener.descriptor)
        guard connection >= 0 else {
            // EAGAIN: another worker was faster. All else (EMFILE, ENFILE, ENOBUFS, ENOMEM) lasts: without the pause the
            // event would come back at once, for ever.
            if errno != EAGAIN && errno != ECONNABORTED && errno != EINTR { pauseUnlessStopped() }
            return nil
        }
        guard Self.setTime(SO_RCVTIMEO, limits.receiveTime, of: connection),
            Self.setTime(SO_SNDTIMEO, limits.sendTime, of: connection), Self.peekForward(connection)
        else {
            close(connection)
            return nil
        }
        return connection
    }

    private func pauseUnlessStopped() {
        var descriptor = pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)
        unsafe poll(&descriptor, 1, 100)
    }

    private static func add(_ descriptor: Int32, to set: Int32, events: UInt32, _ number: UInt64) -> Bool {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = number
        return unsafe epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0
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
