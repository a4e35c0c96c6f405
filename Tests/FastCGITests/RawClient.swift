import Glibc

/// A FastCGI client that sends whatever it is told, right or wrong, and waits for nothing longer than its deadline.
final class RawClient {
    private let descriptor: Int32

    /// Connects; `nil` when nobody listens.
    init?(path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { return nil }
        var time = timeval(tv_sec: 5, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes; a peer that has closed already is no failure here.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Ends the sending half.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until the peer closes or, when `toEnd` is false, until END_REQUEST.
    ///
    /// - Returns: the bytes of standard output, and whether END_REQUEST came; `nil` when the deadline passed first.
    func receive(within limit: Duration = .seconds(5), toEnd: Bool = false) -> (output: [UInt8], isEnded: Bool)? {
        let deadline = ContinuousClock.now + limit
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let parsed = Self.parse(bytes)
            if parsed.isEnded && !toEnd { return parsed }
            let rest = deadline - .now
            guard rest > .zero else { return nil }
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = rest.components.seconds * 1_000 + rest.components.attoseconds / 1_000_000_000_000_000
            guard unsafe poll(&poller, 1, Int32(milliseconds) + 1) > 0 else { continue }
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return parsed }
            bytes += chunk[..<count]
        }
    }

    private static func parse(_ bytes: [UInt8]) -> (output: [UInt8], isEnded: Bool) {
        var output: [UInt8] = []
        var rest = bytes[...]
        while rest.count >= 8 {
            let header = Array(rest.prefix(8))
            let content = Int(header[4]) << 8 | Int(header[5])
            guard rest.count >= 8 + content + Int(header[6]) else { break }
            if header[1] == 6 { output += rest.dropFirst(8).prefix(content) }
            if header[1] == 3 { return (output, true) }
            rest = rest.dropFirst(8 + content + Int(header[6]))
        }
        return (output, false)
    }
}

/// FastCGI records as bytes, the right ones and the wrong ones.
enum Wire {
    static func record(
        _ type: UInt8, _ content: [UInt8] = [], id: UInt16 = 1, version: UInt8 = 1, padding: UInt8 = 0,
        length: UInt16? = nil
    ) -> [UInt8] {
        let length = length ?? UInt16(content.count)
        return [
            version, type, UInt8(id >> 8), UInt8(id & 255), UInt8(length >> 8), UInt8(length & 255), padding, 0,
        ] + content + [UInt8](repeating: 0, count: Int(padding))
    }

    static func begin(id: UInt16 = 1, role: UInt8 = 1, keep: Bool = false) -> [UInt8] {
        record(1, [0, role, keep ? 1 : 0, 0, 0, 0, 0, 0], id: id)
    }

    static func length(_ count: Int) -> [UInt8] {
        count < 128
            ? [UInt8(count)]
            : [
                UInt8(count >> 24 & 0x7F) | 0x80, UInt8(count >> 16 & 255), UInt8(count >> 8 & 255),
                UInt8(count & 255),
            ]
    }

    static func pair(_ name: String, _ value: [UInt8]) -> [UInt8] {
        length(name.utf8.count) + length(value.count) + Array(name.utf8) + value
    }

    static func pairs(_ parameters: [(String, String)]) -> [UInt8] {
        parameters.flatMap { pair($0.0, Array($0.1.utf8)) }
    }

    /// A stream in records of at most `piece` bytes, with the empty record that ends it.
    static func stream(_ type: UInt8, _ bytes: [UInt8], piece: Int = 65_535, padding: UInt8 = 0) -> [UInt8] {
        var records: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            records += record(type, Array(rest.prefix(piece)), padding: padding)
            rest = rest.dropFirst(piece)
        }
        return records + record(type)
    }

    static func get(_ target: String = "/") -> [(String, String)] {
        [("REQUEST_METHOD", "GET"), ("REQUEST_URI", target), ("QUERY_STRING", ""), ("REMOTE_ADDR", "192.0.2.1")]
    }

    static func post(_ body: [UInt8], length: String? = nil) -> [(String, String)] {
        [
            ("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/form"), ("CONTENT_TYPE", "application/x-www-form-urlencoded"),
            ("CONTENT_LENGTH", length ?? String(body.count)),
        ]
    }

    static func request(
        _ parameters: [(String, String)] = get(), body: [UInt8] = [], keep: Bool = false, piece: Int = 65_535,
        padding: UInt8 = 0
    ) -> [UInt8] {
        begin(keep: keep) + stream(4, pairs(parameters), piece: piece, padding: padding)
            + stream(5, body, piece: piece, padding: padding)
    }
}
