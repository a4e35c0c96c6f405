import CFastCGI
import Glibc
import HTTP
import HTTPTypes
import Testing

@testable import FastCGI

@Suite("Listening socket")
struct ListenerTests {
    private let path = "/tmp/fastcgi-\(getpid())-\(UInt64.random(in: 0 ... .max)).sock"

    @Test("E4: the socket is open to its owner and its group, and to nobody else")
    func mode() throws {
        let listener = try Listener.unixSocket(path: path)
        defer { unsafe unlink(path) }
        var information = stat()
        #expect(unsafe stat(path, &information) == 0)
        #expect(information.st_mode & 0o7777 == 0o660)
        #expect(information.st_mode & S_IFMT == S_IFSOCK)
        withExtendedLifetime(listener) {}
    }

    @Test("E4: the socket belongs to the group that was named, and an unknown group is an error")
    func group() throws {
        let name = unsafe getgrgid(getgid()).map { unsafe String(cString: $0.pointee.gr_name) }
        let listener = try Listener.unixSocket(path: path, group: name)
        defer { unsafe unlink(path) }
        var information = stat()
        #expect(unsafe stat(path, &information) == 0)
        #expect(information.st_gid == getgid())
        #expect(throws: FastCGIError.self) { try Listener.unixSocket(path: path + "2", group: "no such group") }
        withExtendedLifetime(listener) {}
    }

    @Test("a socket that somebody answers on is left alone, a stale one is replaced")
    func staleSocket() throws {
        defer { unsafe unlink(path) }
        do {
            let listener = try Listener.unixSocket(path: path)
            #expect(throws: FastCGIError.self) { try Listener.unixSocket(path: path) }
            #expect(RawClient(path: path) != nil)
            withExtendedLifetime(listener) {}
        }
        #expect(RawClient(path: path) == nil)
        let next = try Listener.unixSocket(path: path)
        #expect(RawClient(path: path) != nil)
        withExtendedLifetime(next) {}
    }

    @Test("a file that is no socket, and a link, are left alone")
    func otherFiles() throws {
        let descriptor = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
        close(descriptor)
        defer { unsafe unlink(path) }
        #expect(throws: FastCGIError.self) { try Listener.unixSocket(path: path) }
        let link = path + ".link"
        unsafe symlink(path, link)
        defer { unsafe unlink(link) }
        #expect(throws: FastCGIError.self) { try Listener.unixSocket(path: link) }
        #expect(unsafe access(path, F_OK) == 0)
    }

    @Test("a path that is too long, empty, holds NUL or lies nowhere is an error that says what to do")
    func badPaths() {
        for bad in ["", "/tmp/" + String(repeating: "x", count: 103), "/tmp/a\u{0}b", "/no such directory/socket"] {
            let error = #expect(throws: FastCGIError.self) { try Listener.unixSocket(path: bad) }
            #expect(error?.advice.isEmpty == false)
            #expect(error?.code != 0)
        }
    }

    @Test("an inherited socket is taken when it listens, and goes on listening after a stop")
    func inherited() throws {
        let own = try Listener.unixSocket(path: path)
        defer { unsafe unlink(path) }
        let server = Server(listener: try .inherited(descriptor: own.descriptor), handler: RunningServer.echo)
        try server.start()
        let client = try #require(RawClient(path: path))
        client.send(Wire.request())
        #expect(client.receive()?.isEnded == true)
        server.stop()
        let waiting = try #require(RawClient(path: path))
        waiting.send(Wire.request())
        let successor = Server(listener: try .inherited(descriptor: own.descriptor), handler: RunningServer.echo)
        try successor.start()
        #expect(waiting.receive()?.isEnded == true)
        successor.stop()
    }

    @Test(
        "a connection is answered at once where systemd has made the socket that it shares block again",
        .timeLimit(.minutes(1)))
    func blocking() throws {
        let own = try Listener.unixSocket(path: path)
        defer { unsafe unlink(path) }
        let server = Server(listener: try .inherited(descriptor: own.descriptor), handler: RunningServer.echo)
        try server.start()
        for _ in 1...3 {
            #expect(fcntl(own.descriptor, F_SETFL, O_RDWR) == 0)
            let client = try #require(RawClient(path: path))
            client.send(Wire.request())
            #expect(client.receive(within: .seconds(1))?.isEnded == true)
        }
        // Whoever is accepting at that instant waits for a moment alone.
        #expect(fcntl(own.descriptor, F_SETFL, O_RDWR) == 0)
        #expect(fastcgi_accept(own.descriptor) == -1)
        server.stop()
    }

    @Test("a descriptor that does not listen on a Unix socket is refused")
    func notListening() {
        let plain = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let network = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listen(network, 1)
        defer {
            close(plain)
            close(network)
        }
        for descriptor in [plain, network, -1, 1_000_000] {
            #expect(throws: FastCGIError.self) { try Listener.inherited(descriptor: descriptor) }
        }
    }
}
