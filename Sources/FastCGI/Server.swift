import CFastCGI
import Glibc
public import HTTP
import Threading

/// A FastCGI responder on a Unix socket: threads that turn requests into responses.
public final class Server: Sendable {
    /// What answers a request. A request that could not be decoded arrives as its error, to be answered as well.
    public typealias Handler = @Sendable (Result<Request, RequestError>) -> Response

    private enum State {
        case ready
        case running(ConnectionQueue, [Threading.Thread])
        case stopped
    }

    private let listener: Listener
    private let threads: Int
    private let limits: Limits
    private let handler: Handler
    private let state = Monitor(State.ready)

    /// Makes a server that does not run yet.
    ///
    /// - Parameters:
    ///   - listener: where nginx connects to.
    ///   - threads: requests answered at the same time, at least 1. Default 16: 8 to 32 are even, 128 lose a quarter.
    ///   - limits: what one request may take.
    ///   - handler: answers a request; called on many threads at once; may block.
    public init(listener: Listener, threads: Int = 16, limits: Limits = Limits(), handler: @escaping Handler) {
        self.listener = listener
        self.threads = max(1, threads)
        self.limits = limits
        self.handler = handler
    }

    /// Starts the threads. To be called once.
    ///
    /// The process ignores SIGPIPE from here on: a client that leaves is an error of a write. Other signals stay as they
    /// were, though libfcgi sets SIGTERM and SIGUSR1 when it is initialised.
    ///
    /// - Throws: when libfcgi, epoll or a thread is not to be had; nothing runs then.
    public func start() throws(FastCGIError) {
        try state.withLock { state throws(FastCGIError) in
            guard case .ready = state else {
                throw FastCGIError(operation: "start the server", code: EALREADY, advice: "It is started once.")
            }
            try Self.initialise()
            let queue = try ConnectionQueue(listener: listener, limits: limits)
            var started: [Threading.Thread] = []
            for _ in 0..<threads {
                let thread = Threading.Thread.start { [limits, handler] in
                    var worker = Worker(queue: queue, limits: limits, handler: handler)
                    worker.run()
                }
                guard let thread else {
                    queue.stop()
                    for thread in started { thread.join() }
                    throw FastCGIError(
                        operation: "start \(threads) threads", code: EAGAIN,
                        advice: "Raise the limit of threads (TasksMax), or ask for fewer.")
                }
                started.append(thread)
            }
            state = .running(queue, started)
        }
    }

    /// Takes no new connections, lets running requests finish, and joins the threads.
    ///
    /// Kept connections are served until their peers close them, at most for the limits' drain time; then idle ones are
    /// closed, and requests that have not wholly arrived are dropped. Without connections it returns at once. To be called
    /// from a thread that is no handler's; a second call waits for the first.
    public func stop() {
        state.withLock { state in
            if case .running(let queue, let threads) = state {
                queue.drain()
                queue.stop()
                for thread in threads { thread.join() }
            }
            state = .stopped
        }
    }

    /// Initialises libfcgi and puts the signals back.
    private static func initialise() throws(FastCGIError) {
        var termination = sigaction()
        var user = sigaction()
        unsafe sigaction(SIGTERM, nil, &termination)
        unsafe sigaction(SIGUSR1, nil, &user)
        let code = FCGX_Init()
        unsafe sigaction(SIGTERM, &termination, nil)
        unsafe sigaction(SIGUSR1, &user, nil)
        signal(SIGPIPE, SIG_IGN)
        guard code == 0 else {
            throw FastCGIError(operation: "initialise libfcgi", code: abs(code), advice: "There is too little memory.")
        }
    }
}
