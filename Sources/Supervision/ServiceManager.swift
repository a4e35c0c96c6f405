import Glibc

/// The service manager that started this process, as sd_notify(3) describes the way to it: datagrams of lines `NAME=value` to the
/// Unix socket that `NOTIFY_SOCKET` names. Nothing is told where there is none.
public struct ServiceManager: Sendable {
    private let address: String?

    /// Every how often it wants to hear that this process is well, half of that: ``tell(_:)`` with ``Message/alive``; `nil` where
    /// it does not ask. Source: sd_watchdog_enabled(3).
    public let watchdogInterval: Duration?

    /// Reads the environment of this process.
    public init() {
        self.init(
            socket: Self.variable("NOTIFY_SOCKET"), watchdogMicroseconds: Self.variable("WATCHDOG_USEC"),
            watchdogProcess: Self.variable("WATCHDOG_PID"))
    }

    init(socket: String?, watchdogMicroseconds: String?, watchdogProcess: String?) {
        address = socket
        let isMeant = watchdogProcess.map { $0 == String(getpid()) } ?? true
        let microseconds = watchdogMicroseconds.flatMap { Int64($0) } ?? 0
        watchdogInterval = isMeant && microseconds > 0 ? .microseconds(microseconds / 2) : nil
    }

    /// What it is told.
    public enum Message: Sendable {
        /// Requests are answered from now on.
        case ready
        /// Configuration or templates are being read again; ``ready`` follows.
        case reloading
        /// No new requests are taken.
        case stopping
        /// This process is well.
        case alive
        /// One line for a person who looks.
        case status(String)

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds)"
            case .stopping: "STOPPING=1"
            case .alive: "WATCHDOG=1"
            case .status(let line): "STATUS=" + line.split(separator: "\n").joined(separator: " ")
            }
        }

        private static var monotonicMicroseconds: Int64 {
            var now = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &now)
            return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
        }
    }

    /// Tells it; a manager that does not listen is no error of ours.
    public func tell(_ message: Message) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        // An abstract name is written with an "@" for its NUL.
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        guard path.count < MemoryLayout.size(ofValue: target.sun_path) else { return }
        unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: path) }
        // The length of a name counts, and a path may end with its NUL.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let text = Array(message.text.utf8)
        _ = unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }

    private static func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
}
