import CLinux
import Glibc

/// A thread of the operating system that runs one closure to its end.
///
/// Source: pthread_create(3).
// Sendable: the identifier is only read, and `join` is documented to be called once.
public struct Thread: @unchecked Sendable {
    private let identifier: pthread_t

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - standingBack: whether others get a core that this one wants as well.
    ///   - body: what the thread runs.
    /// - Returns: the thread, to be joined once; `nil` when the system has no thread to give (EAGAIN).
    public static func start(standingBack: Bool = false, _ body: @escaping @Sendable () -> Void) -> Thread? {
        let closure = unsafe Unmanaged.passRetained(
            Body {
                if standingBack { standBack() }
                body()
            })
        var identifier = pthread_t()
        let result = unsafe pthread_create(
            &identifier, nil,
            { argument in
                // The pointer is the one passed to pthread_create below, which pthread hands on unchanged.
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, closure.toOpaque())
        guard result == 0 else {
            unsafe closure.release()
            return nil
        }
        return Thread(identifier: identifier)
    }

    /// Waits until the thread has ended. To be called once at most.
    public func join() { pthread_join(identifier, nil) }

    /// Has this thread get a tenth of a core that others of its group want, a tenth of a millisecond at a time: niceness alone lets it keep the core
    /// for some milliseconds when one of them wakes. Where the system refuses it, the thread is one like others.
    ///
    /// Source: sched_setattr(2), sched(7).
    private static func standBack() { _ = clinux_set_scheduling(10, 100_000) }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
