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
    ///   - niceness: how far it stands back where others want a core, 0 to 19. Where the system does not let it, it does not.
    ///     Source: setpriority(2), which is for one thread on Linux.
    ///   - body: what the thread runs.
    /// - Returns: the thread, to be joined once; `nil` when the system has no thread to give (EAGAIN).
    public static func start(niceness: Int32 = 0, _ body: @escaping @Sendable () -> Void) -> Thread? {
        let closure = unsafe Unmanaged.passRetained(
            Body {
                if niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
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

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
