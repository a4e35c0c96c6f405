public import Glibc

/// State that threads share, with a condition variable to wait for a change of it.
///
/// A monitor is `pthread_mutex_t` and `pthread_cond_t` at one stable address; the condition variable waits on
/// `CLOCK_MONOTONIC`, so a jump of the wall clock neither wakes nor holds anybody. It stands wherever threads share state,
/// also where nobody waits: ThreadSanitizer does not see the standard library's `Mutex`, and reports what it guards as races.
/// Source: pthread_cond_timedwait(3), pthread_condattr_setclock(3).
// Sendable: the state is reached only while the mutex is held, and the pointers never change.
@safe public final class Monitor<State>: @unchecked Sendable {
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline let condition: UnsafeMutablePointer<pthread_cond_t>
    @usableFromInline var state: State

    /// Makes a monitor that owns `state`.
    public init(_ state: sending State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe condition = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` alone with the state.
    @inlinable
    public func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Waits until `take` gives a value, looking again after every notification.
    ///
    /// - Parameters:
    ///   - limit: how long to wait at most; `nil` waits for ever.
    ///   - take: looks at the state, may change it, and returns `nil` to wait on.
    /// - Returns: what `take` returned, or `nil` when the limit passed first.
    public func wait<Result>(atMost limit: Duration?, for take: (inout State) -> Result?) -> Result? {
        let deadline = limit.map { Self.deadline(after: $0) }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = take(&state) { return result }
            if var deadline {
                if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                    return take(&state)
                }
            } else {
                unsafe pthread_cond_wait(condition, mutex)
            }
        }
    }

    /// Wakes one thread that waits.
    @inlinable
    public func notifyOne() { unsafe pthread_cond_signal(condition) }

    /// Wakes every thread that waits.
    @inlinable
    public func notifyAll() { unsafe pthread_cond_broadcast(condition) }

    private static func deadline(after limit: Duration) -> timespec {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        let (seconds, attoseconds) = max(limit, .zero).components
        var deadline = timespec(
            tv_sec: now.tv_sec + min(Int(seconds), 1 << 31), tv_nsec: now.tv_nsec + Int(attoseconds / 1_000_000_000))
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        return deadline
    }
}
