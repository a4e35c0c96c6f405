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

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}
