import FastCGI
import HTTP
import HTTPTypes
import Testing

/// What a client can send, right up to the wrong of it. After each a right request is still answered.
@Suite("FastCGI server and hostile bytes", .timeLimit(.minutes(2)))
struct HostileBytesTests {
    @Test("E3: records that are no request end their connection and nothing else", arguments: Hostile.refused)
    func refused(_ hostile: Hostile) throws {
        let running = try RunningServer()
        defer { running.stop() }
        let client = try #require(RawClient(path: running.path))
        client.send(hostile.bytes)
        client.finishSending()
        let answer = try #require(client.receive(toEnd: true), "the connection was not closed")
        #expect(answer.output.isEmpty)
        #expect(try running.isServing())
    }

    @Test("E3: requests that are whole and wrong are answered", arguments: Hostile.answered)
    func answered(_ hostile: Hostile) throws {
        let running = try RunningServer()
        defer { running.stop() }
        let answer = try running.answer(to: hostile.bytes)
        #expect(answer?.hasPrefix("Status: \(hostile.status ?? 0) ") == true, "\(answer ?? "nothing")")
        #expect(try running.isServing())
    }

    @Test("E3: every byte of a request, replaced by any of eight others, leaves the server serving")
    func changedBytes() throws {
        let running = try RunningServer(limits: Limits(receiveTime: .milliseconds(200)))
        defer { running.stop() }
        let right = Wire.request(Wire.post(Array("a=b".utf8)), body: Array("a=b".utf8))
        for position in right.indices {
            for byte: UInt8 in [0, 1, 2, 9, 0x25, 0x7F, 0x80, 0xFF] {
                var bytes = right
                bytes[position] = byte
                let client = try #require(RawClient(path: running.path))
                client.send(bytes)
                client.finishSending()
                #expect(client.receive() != nil, "position \(position), byte \(byte)")
            }
        }
        #expect(try running.isServing())
    }

    @Test("E3: random bytes leave the server serving")
    func garbage() throws {
        let running = try RunningServer(limits: Limits(receiveTime: .milliseconds(200)))
        defer { running.stop() }
        var generator = SystemRandomNumberGenerator()
        for round in 0..<300 {
            var bytes = (0..<Int.random(in: 1...4_000, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            // Half of the rounds start right, so that the bytes are read as parameters or as a body.
            if round % 2 == 0 { bytes = Wire.begin() + Wire.record(4, bytes) + Wire.record(4) + Wire.stream(5, bytes) }
            let client = try #require(RawClient(path: running.path))
            client.send(bytes)
            client.finishSending()
            #expect(client.receive() != nil)
        }
        #expect(try running.isServing())
    }

    @Test("E3: a request that stops half way is dropped after the receive time, even when it trickles on")
    func trickle() throws {
        let running = try RunningServer(threads: 1, limits: Limits(receiveTime: .milliseconds(300)))
        defer { running.stop() }
        let silent = try #require(RawClient(path: running.path))
        silent.send(Array(Wire.request().prefix(20)))
        #expect(silent.receive(within: .seconds(2))?.isEnded == false)
        let trickling = try #require(RawClient(path: running.path))
        let start = ContinuousClock.now
        for byte in Wire.request().prefix(20) {
            trickling.send([byte])
            if trickling.receive(within: .milliseconds(50)) != nil { break }
        }
        #expect(ContinuousClock.now - start < .milliseconds(900))
        #expect(try running.isServing())
    }

    @Test("E3: of a body that was refused nothing is read as the next request of a kept connection")
    func refusedBodyIsReadAway() throws {
        let running = try RunningServer()
        defer { running.stop() }
        let client = try #require(RawClient(path: running.path))
        // What the body holds beyond its announced length is a request by itself.
        for body in [
            [UInt8](repeating: 65, count: 20), Wire.request(Wire.get("/smuggled")),
            [UInt8](repeating: 1, count: 15_000),
        ] {
            client.send(Wire.request(Wire.post(body, length: "10"), body: body, keep: true))
            let answer = try #require(client.receive())
            #expect(String(decoding: answer.output, as: UTF8.self).hasPrefix("Status: 400 "))
            client.send(Wire.request(Wire.get("/next"), keep: true))
            let next = try #require(client.receive())
            #expect(String(decoding: next.output, as: UTF8.self).hasSuffix("GET /next q= f= c="))
        }
    }
}

/// A named sequence of bytes.
struct Hostile: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    var status: Int?

    init(_ name: String, _ bytes: [UInt8], status: Int? = nil) {
        testDescription = name
        self.bytes = bytes
        self.status = status
    }

    private static let parameters = Wire.stream(4, Wire.pairs(Wire.get()))
    private static let getValues = ["FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS"]

    static let refused: [Hostile] = [
        Hostile("nothing", []),
        Hostile("one byte", [1]),
        Hostile("version 0", Wire.record(1, [0, 1, 0, 0, 0, 0, 0, 0], version: 0) + parameters + Wire.record(5)),
        Hostile("version 2", Wire.record(1, [0, 1, 0, 0, 0, 0, 0, 0], version: 2) + parameters + Wire.record(5)),
        Hostile("id 0", Wire.begin(id: 0) + parameters + Wire.record(5)),
        Hostile("no BEGIN", parameters + Wire.record(5)),
        Hostile("BEGIN twice", Wire.begin() + Wire.begin() + parameters + Wire.record(5)),
        Hostile("BEGIN again between parameters", Wire.begin() + Wire.begin(id: 2) + parameters + Wire.record(5)),
        Hostile("BEGIN of 7 bytes", Wire.record(1, [0, 1, 0, 0, 0, 0, 0]) + parameters + Wire.record(5)),
        Hostile("BEGIN of 65,535 bytes", Wire.record(1, [0, 1], length: 65_535)),
        Hostile("an authorizer", Wire.begin(role: 2) + parameters + Wire.record(5)),
        Hostile("a filter", Wire.begin(role: 3) + parameters + Wire.record(5)),
        Hostile("role 256 and 1", Wire.record(1, [1, 1, 0, 0, 0, 0, 0, 0]) + parameters + Wire.record(5)),
        Hostile("an abort at once", Wire.begin() + Wire.record(2)),
        Hostile("an abort between parameters", Wire.begin() + Wire.record(4, [1, 1, 65, 66]) + Wire.record(2)),
        Hostile("an abort in the body", Wire.begin() + parameters + Wire.record(5, [65]) + Wire.record(2)),
        Hostile("GET_VALUES", Wire.record(9, Wire.pairs(getValues.map { ($0, "") }), id: 0)),
        Hostile(
            "GET_VALUES that overruns libfcgi's stack",
            Wire.record(9, Wire.pairs((0..<3_000).map { (getValues[$0 % 3], "") }), id: 0)),
        Hostile(
            "GET_VALUES inside a request",
            Wire.begin() + Wire.record(9, Wire.pairs((0..<3_000).map { (getValues[$0 % 3], "") }), id: 0)
                + parameters + Wire.record(5)),
        Hostile("an unknown type of id 0", Wire.record(77, [1, 2, 3], id: 0)),
        Hostile("an unknown type", Wire.begin() + Wire.record(77, [1, 2, 3]) + parameters + Wire.record(5)),
        Hostile("a DATA record", Wire.begin() + parameters + Wire.record(8, [1])),
        Hostile("STDIN before the parameters end", Wire.begin() + Wire.record(4, [1, 1, 65, 66]) + Wire.record(5)),
        Hostile("PARAMS of another id", Wire.begin() + Wire.record(4, [1, 1, 65, 66], id: 2) + Wire.record(5)),
        Hostile("STDIN of another id", Wire.begin() + parameters + Wire.record(5, id: 2)),
        Hostile("PARAMS after their end", Wire.begin() + parameters + parameters),
        Hostile("a name of 2,147,483,647 bytes", Wire.begin() + Wire.record(4, [255, 255, 255, 255, 0, 65])),
        Hostile("a value of 2,147,483,647 bytes", Wire.begin() + Wire.record(4, [0, 255, 255, 255, 255, 65])),
        Hostile(
            "two lengths that overflow together (CVE-2025-23016)",
            Wire.begin() + Wire.record(4, [255, 255, 255, 255, 255, 255, 255, 255, 65, 66])),
        Hostile("parameters that end inside a length", Wire.begin() + Wire.stream(4, [128, 0]) + Wire.record(5)),
        Hostile("parameters that end inside a value", Wire.begin() + Wire.stream(4, [1, 9, 65, 66]) + Wire.record(5)),
        Hostile("a record longer than what follows", Wire.begin() + Wire.record(4, [1, 1, 65, 66], length: 65_535)),
        Hostile(
            "60 MB of parameters",
            Wire.begin()
                + (0..<1_000).flatMap { _ in
                    Wire.record(4, Wire.pair("X", [UInt8](repeating: 65, count: 60_000)))
                }),
        Hostile(
            "padding without end", Wire.begin() + (0..<2_000).flatMap { _ in Wire.record(4, [0, 0], padding: 255) }),
        Hostile(
            "BEGIN with a record as its padding",
            [1, 1, 0, 1, 0, 8, 8, 0] + [0, 1, 0, 0, 0, 0, 0, 0] + Wire.record(4) + parameters + Wire.record(5)),
        Hostile(
            "the end of the parameters with a record as its padding",
            Wire.begin() + Wire.record(4, Wire.pairs(Wire.get())) + [1, 4, 0, 1, 0, 0, 8, 0] + Wire.record(5)
                + Wire.record(5)),
        Hostile("HTTP", Array("GET / HTTP/1.1\r\nHost: portal.test\r\n\r\n".utf8)),
    ]

    static let answered: [Hostile] = [
        Hostile("no parameters", Wire.request([]), status: 400),
        Hostile("129 parameters", Wire.request(Wire.get() + (0..<125).map { ("X\($0)", "") }), status: 400),
        Hostile(
            "65 KiB of parameters", Wire.request(Wire.get() + [("X", String(repeating: "a", count: 66_000))]),
            status: 400),
        Hostile("a parameter twice", Wire.request(Wire.get() + [("QUERY_STRING", "a=1")]), status: 400),
        Hostile(
            "two cookie headers", Wire.request(Wire.get() + [("HTTP_COOKIE", "a=1"), ("HTTP_COOKIE", "b=2")]),
            status: 400),
        Hostile("NUL in a value", Wire.request(Wire.get() + [("HTTP_X", "a\u{0}b")]), status: 400),
        Hostile("NUL in a name", Wire.request(Wire.get() + [("HTTP_X\u{0}Y", "a")]), status: 400),
        Hostile(
            "a name that is not UTF-8",
            Wire.begin() + Wire.stream(4, [2, 1, 0xFF, 0xFE, 65] + Wire.pairs(Wire.get())) + Wire.record(5), status: 400
        ),
        Hostile("a body shorter than announced", Wire.request(Wire.post([65], length: "2"), body: [65]), status: 400),
        Hostile(
            "a body longer than announced", Wire.request(Wire.post([65], length: "1"), body: [65, 66]), status: 400),
        Hostile("a body that was not announced", Wire.request(Wire.get(), body: [65]), status: 400),
        Hostile("a length of -1", Wire.request(Wire.post([], length: "-1")), status: 400),
        Hostile("a length of +1", Wire.request(Wire.post([65], length: "+1"), body: [65]), status: 400),
        Hostile("a length of १", Wire.request(Wire.post([65], length: "१"), body: [65]), status: 400),
        Hostile("a length of 2⁶³", Wire.request(Wire.post([], length: "9223372036854775808")), status: 413),
        Hostile(
            "a length of 10²⁰⁰", Wire.request(Wire.post([], length: "1" + String(repeating: "0", count: 200))),
            status: 413),
        Hostile(
            "a body over the limit",
            Wire.request(Wire.post([UInt8](repeating: 65, count: 16_385)), body: [UInt8](repeating: 65, count: 16_385)),
            status: 413),
        Hostile(
            "a body of 100 KB that says it has 10",
            Wire.request(Wire.post([], length: "10"), body: [UInt8](repeating: 65, count: 100_000)), status: 400),
        Hostile("a traversal", Wire.request(Wire.get("/a/%2e%2e/b")), status: 400),
        Hostile("NUL in the path", Wire.request(Wire.get("/a%00")), status: 400),
        Hostile("an endless path", Wire.request(Wire.get("/" + String(repeating: "a", count: 5_000))), status: 414),
    ]
}
