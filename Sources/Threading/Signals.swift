import Glibc

/// Signals taken by a thread that waits for them, so that no code runs inside a signal handler.
///
/// Source: sigwait(3), pthread_sigmask(3), signal-safety(7).
public enum Signals {
    /// Blocks `signals` in this thread and in every thread that it starts afterwards.
    ///
    /// To be called before the first thread is started.
    public static func block(_ signals: [Int32]) {
        var set = Self.set(of: signals)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits until one of `signals`, all of them blocked before, arrives.
    ///
    /// - Returns: the signal that arrived.
    public static func wait(for signals: [Int32]) -> Int32 {
        var set = Self.set(of: signals)
        var signal: Int32 = 0
        while unsafe sigwait(&set, &signal) != 0 {}
        return signal
    }

    /// Waits until one of `signals`, all of them blocked before, arrives, or a time has passed.
    ///
    /// - Returns: the signal that arrived; `nil` when the time passed first. Source: sigtimedwait(2).
    public static func wait(for signals: [Int32], atMost time: Duration) -> Int32? {
        var set = Self.set(of: signals)
        let (seconds, attoseconds) = max(time, .zero).components
        var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        let signal = unsafe sigtimedwait(&set, nil, &limit)
        // Interrupted by another signal it is as if the time had passed: whoever waits looks again.
        return signal > 0 ? signal : nil
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}
