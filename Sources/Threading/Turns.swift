import Glibc

/// Turns at taking new work, for the threads that serve: a few more than there are cores take it at a time.
///
/// Many threads that all have something to compute take each other's core away in the middle of a request, and each then waits
/// until all others had it: most are quick, and one of a hundred takes ten times as long. So a thread takes its next request
/// only while it has a turn. It keeps it from request to request, and passes it on when it has to wait for something else than
/// a core: for the database, for a password hash, for the rest of a request.
public final class Turns: Sendable {
    private struct State {
        var free: Int
        var isOver = false
    }

    private let state: Monitor<State>

    /// The turns that a thread has, of whichever kind: nothing, or a reference that is not counted. Made once for the process.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key, nil)
        return key
    }()

    /// Makes turns.
    ///
    /// - Parameter count: how many threads have one at a time, 1 or more.
    public init(_ count: Int) { state = Monitor(State(free: max(1, count))) }

    /// As many as there are cores, and one: while its thread waits for the system, a core is not idle.
    public static var ofThisMachine: Turns { Turns(sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 1) }

    /// Waits until this thread has a turn, which it keeps until it passes it on.
    ///
    /// - Returns: `false` when there are no more turns for anybody.
    public func take() -> Bool {
        guard unsafe pthread_getspecific(Self.key) == nil else { return !state.withLock(\.isOver) }
        let hasTurn = state.wait(atMost: nil) { state -> Bool? in
            if state.isOver { return false }
            guard state.free > 0 else { return nil }
            state.free -= 1
            return true
        }
        // The one who takes turns outlives its threads: it joins them.
        if hasTurn == true { unsafe pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque()) }
        return hasTurn ?? false
    }

    /// Passes on the turn of this thread, if it has one: it is about to wait for something else than a core.
    public static func passOn() {
        guard let pointer = unsafe pthread_getspecific(key) else { return }
        pthread_setspecific(key, nil)
        unsafe Unmanaged<Turns>.fromOpaque(pointer).takeUnretainedValue().giveBack()
    }

    /// Wakes all who wait: nobody gets a turn any more.
    public func end() {
        state.withLock { $0.isOver = true }
        state.notifyAll()
    }

    private func giveBack() {
        state.withLock { $0.free += 1 }
        state.notifyOne()
    }
}
