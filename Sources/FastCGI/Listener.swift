import CFastCGI
import Glibc

/// A listening Unix socket.
///
/// The socket is bound here and not by `FCGX_OpenSocket`, which ends the process on an error and lets everybody in.
public final class Listener: Sendable {
    /// The descriptor; closed with the listener.
    let descriptor: Int32
    /// Whether the socket was handed to this process and may be handed to the next one.
    let isInherited: Bool

    private init(descriptor: Int32, isInherited: Bool) {
        self.descriptor = descriptor
        self.isInherited = isInherited
    }

    deinit { close(descriptor) }

    /// Binds a Unix socket that its owner and its group may open (0660) and nobody else, at no moment.
    ///
    /// The socket's file stays when the listener is closed: a successor may already have bound its own there.
    ///
    /// - Parameters:
    ///   - path: where the socket is made, at most 107 bytes. A socket there that nobody answers on is removed; any other
    ///     file, and a socket that is in use, is left alone.
    ///   - group: the group that may connect, nginx's; `nil` leaves the process's own.
    ///   - backlog: connections that may wait to be accepted. Default 511: with 5 to 64 nginx gets EAGAIN and answers 502.
    /// - Throws: the system's error, with what to do.
    ///
    /// Source: unix(7), listen(2).
    public static func unixSocket(
        path: String, group: String? = nil, backlog: Int32 = 511
    ) throws(FastCGIError) -> Listener {
        var address = try Self.address(path)
        let groupID = try group.map { name throws(FastCGIError) in try Self.groupID(name) }
        try removeStaleSocket(path: path, address: address)
        let listener = Listener(descriptor: try makeSocket(), isInherited: false)
        // The mask is the process's: bind while it is set makes a socket that the owner alone may open.
        let mask = umask(0o177)
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener.descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        let bindError = errno
        umask(mask)
        guard bound == 0 else {
            throw FastCGIError(
                operation: "bind \(path)", code: bindError,
                advice: "The directory must exist and be writable for the user of this program.")
        }
        // The mode is widened after the group is set, so that no other group has it in between.
        if let groupID, unsafe chown(path, uid_t.max, groupID) != 0 {
            throw FastCGIError(
                operation: "chown \(path)", code: errno,
                advice: "The user of this program must be a member of the group \(group ?? "").")
        }
        guard unsafe chmod(path, 0o660) == 0 else {
            throw FastCGIError(
                operation: "chmod \(path)", code: errno, advice: "The directory must be writable for this program.")
        }
        guard listen(listener.descriptor, backlog) == 0 else {
            throw FastCGIError(operation: "listen on \(path)", code: errno, advice: "Try again.")
        }
        try listener.neverBlock()
        return listener
    }

    /// Takes descriptor 0, a listening Unix socket that systemd or a predecessor holds for this process.
    ///
    /// Such a socket is never shut down, so that a successor loses no connection.
    ///
    /// - Throws: when descriptor 0 is no listening Unix socket.
    ///
    /// Source: systemd.socket(5) with `StandardInput=socket`, FastCGI specification section 2.2.
    public static func inherited() throws(FastCGIError) -> Listener { try inherited(descriptor: 0) }

    /// Takes a descriptor that listens; the descriptor itself stays open, a copy of it is used.
    static func inherited(descriptor: Int32) throws(FastCGIError) -> Listener {
        let advice = "Start the program with a listening Unix socket as standard input, or set a path to bind."
        guard option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            throw FastCGIError(operation: "take descriptor \(descriptor) to listen on", code: ENOTSOCK, advice: advice)
        }
        guard option(SO_DOMAIN, of: descriptor) == AF_UNIX else {
            throw FastCGIError(
                operation: "take descriptor \(descriptor) to listen on", code: EAFNOSUPPORT, advice: advice)
        }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else {
            throw FastCGIError(
                operation: "copy descriptor \(descriptor)", code: errno, advice: "Raise the limit of open files.")
        }
        let listener = Listener(descriptor: copy, isInherited: true)
        try listener.neverBlock()
        return listener
    }

    /// Accepts a connection, if one waits.
    ///
    /// - Returns: its descriptor; -1, with `errno`, when there is none or the system has no room for it.
    func accept() -> Int32 {
        // Whoever shares an inherited socket shares its flags: systemd takes O_NONBLOCK away before every command that it runs
        // with the socket as standard input, that of a reload too.
        _ = fcntl(descriptor, F_SETFL, O_RDWR | O_NONBLOCK)
        return fastcgi_accept(descriptor)
    }

    /// Makes accept return when another thread was faster: a thread that blocked there would keep what it has in its hands, and
    /// could not be stopped.
    private func neverBlock() throws(FastCGIError) {
        // The least time there is, a tick of the system's clock: for whoever is accepting when the flag is taken away.
        var tick = timeval(tv_sec: 0, tv_usec: 1)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &tick, size) == 0,
            fcntl(descriptor, F_SETFL, O_RDWR | O_NONBLOCK) == 0
        else {
            throw FastCGIError(operation: "set O_NONBLOCK on the listening socket", code: errno, advice: "Try again.")
        }
    }

    private static func removeStaleSocket(path: String, address: sockaddr_un) throws(FastCGIError) {
        var information = stat()
        guard unsafe lstat(path, &information) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFSOCK else {
            throw FastCGIError(
                operation: "bind \(path)", code: EEXIST, advice: "A file that is no socket is there: move it away.")
        }
        let probe = try makeSocket()
        defer { close(probe) }
        _ = fcntl(probe, F_SETFL, O_NONBLOCK)
        var address = address
        let answered = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // ECONNREFUSED alone says that nobody listens; EAGAIN is a full backlog, EACCES somebody else's socket.
        guard answered != 0, errno == ECONNREFUSED else {
            throw FastCGIError(
                operation: "bind \(path)", code: EADDRINUSE,
                advice: "Another process answers there: stop it, or choose another path.")
        }
        guard unsafe unlink(path) == 0 else {
            throw FastCGIError(
                operation: "remove the stale socket \(path)", code: errno,
                advice: "The directory must be writable for the user of this program.")
        }
    }

    private static func makeSocket() throws(FastCGIError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw FastCGIError(operation: "make a socket", code: errno, advice: "Raise the limit of open files.")
        }
        return descriptor
    }

    private static func address(_ path: String) throws(FastCGIError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard !bytes.isEmpty, bytes.count < room.count, !bytes.contains(0) else { return false }
            unsafe room.copyBytes(from: bytes)
            return true
        }
        guard fits else {
            throw FastCGIError(
                operation: "use the socket path", code: ENAMETOOLONG,
                advice: "A socket path has 1 to 107 bytes and no NUL.")
        }
        return address
    }

    private static func groupID(_ name: String) throws(FastCGIError) -> gid_t {
        var entry = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var room = [CChar](repeating: 0, count: 65_536)
        let code = unsafe getgrnam_r(name, &entry, &room, room.count, &found)
        guard code == 0, unsafe found != nil else {
            throw FastCGIError(
                operation: "find the group \(name)", code: code, advice: "Name the group that nginx runs as.")
        }
        return unsafe entry.gr_gid
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 else { return nil }
        return value
    }
}
