import FastCGI
import Glibc
import HTTP
import HTTPTypes
import Synchronization
import Testing
import Threading

@Suite("FastCGI server", .timeLimit(.minutes(2)))
struct ServerTests {
    @Test("a request is answered with status, length and body")
    func answers() throws {
        let running = try RunningServer()
        defer { running.stop() }
        let answer = try running.answer(to: Wire.request(Wire.get("/a%20b?x=1")))
        #expect(
            answer == "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 17\r\n\r\nGET /a b q= f= c=")
    }

    @Test("a form is read, wherever its records are split")
    func splitRecords() throws {
        let running = try RunningServer()
        defer { running.stop() }
        let body = Array("iec=AAACI1681G&password=%E0%A4%95+x".utf8)
        for piece in [1, 2, 3, 7, 64, 65_535] {
            for padding: UInt8 in [0, 1, 255] where piece > 3 || padding < 2 {
                let bytes = Wire.request(Wire.post(body), body: body, piece: piece, padding: padding)
                let answer = try running.answer(to: bytes)
                #expect(
                    answer?.hasSuffix("POST /form q= f=iec=AAACI1681G&password=%E0%A4%95+x c=") == true,
                    "piece \(piece), padding \(padding)")
            }
        }
    }

    @Test("a request that arrives in two halves is answered, wherever it is cut")
    func splitWrites() throws {
        let running = try RunningServer()
        defer { running.stop() }
        let body = Array("a=b".utf8)
        let bytes = Wire.request(Wire.post(body), body: body)
        for cut in 1..<bytes.count {
            let client = try #require(RawClient(path: running.path))
            client.send(Array(bytes[..<cut]))
            usleep(500)
            client.send(Array(bytes[cut...]))
            let output = client.receive().map { String(decoding: $0.output, as: UTF8.self) }
            #expect(output?.hasSuffix("POST /form q= f=a=b c=") == true, "cut at \(cut)")
        }
    }

    @Test("HEAD has the length of the body and no body")
    func head() throws {
        let running = try RunningServer()
        defer { running.stop() }
        let answer = try running.answer(to: Wire.request([("REQUEST_METHOD", "HEAD"), ("REQUEST_URI", "/")]))
        #expect(answer == "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 15\r\n\r\n")
    }

    @Test("a large answer arrives whole")
    func largeAnswer() throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let running = try RunningServer { _ in Response(status: .ok, body: body) }
        defer { running.stop() }
        let client = try #require(RawClient(path: running.path))
        client.send(Wire.request())
        let output = try #require(client.receive()?.output)
        #expect(Array(output.suffix(body.count)) == body)
    }

    @Test("answers of every length are whole records", arguments: [100, 65_527, 65_528, 65_529, 131_056, 200_001])
    func answerLengths(length: Int) throws {
        let head = "Status: 200 OK\r\nContent-Length: "
        // With what stands before it, the whole answer has the length.
        let count = length - head.utf8.count - 4 - String(length - head.utf8.count - 4).utf8.count
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 17) }
        let running = try RunningServer { _ in Response(status: .ok, body: body) }
        defer { running.stop() }
        let client = try #require(RawClient(path: running.path))
        for _ in 0..<2 {
            client.send(Wire.request(keep: true))
            let answer = try #require(client.receive())
            #expect(answer.isEnded)
            #expect(answer.output == Array("\(head)\(count)\r\n\r\n".utf8) + body)
        }
    }

    @Test("a kept connection serves request after request and holds no thread while it is idle")
    func keptConnections() throws {
        let running = try RunningServer(threads: 2)
        defer { running.stop() }
        let clients = try (0..<20).map { _ in try #require(RawClient(path: running.path)) }
        for round in 0..<5 {
            for client in clients {
                client.send(Wire.request(Wire.get("/\(round)"), keep: true))
                let output = client.receive().map { String(decoding: $0.output, as: UTF8.self) }
                #expect(output?.hasSuffix("GET /\(round) q= f= c=") == true)
            }
        }
    }

    @Test("connections that say nothing hold no thread")
    func silentConnections() throws {
        let running = try RunningServer(threads: 1)
        defer { running.stop() }
        let silent = try (0..<20).map { _ in try #require(RawClient(path: running.path)) }
        #expect(try running.isServing())
        withExtendedLifetime(silent) {}
    }

    @Test("E6: clients that leave before, while and after they are answered cost no descriptor")
    func leavingClients() throws {
        let running = try RunningServer { _ in Response(status: .ok, body: [UInt8](repeating: 65, count: 400_000)) }
        defer { running.stop() }
        func openDescriptors() -> Int { (0..<1_024).filter { fcntl($0, F_GETFD) >= 0 }.count }
        let before = openDescriptors()
        let bytes = Wire.request()
        for round in 0..<60 {
            let client = try #require(RawClient(path: running.path))
            client.send(Array(bytes.prefix(round * 3)))
        }
        let client = try #require(RawClient(path: running.path))
        client.send(bytes)
        #expect(client.receive()?.isEnded == true)
        // Other tests of this process open descriptors meanwhile, so a few are allowed.
        #expect(openDescriptors() < before + 40)
    }

    @Test("a stop finishes a slow request that runs")
    func stopFinishesRunning() throws {
        let started = Monitor(false)
        let running = try RunningServer { request in
            started.withLock { $0 = true }
            started.notifyAll()
            usleep(700_000)
            return RunningServer.echo(request)
        }
        let client = try #require(RawClient(path: running.path))
        client.send(Wire.request(Wire.get("/slow")))
        #expect(started.wait(atMost: .seconds(5)) { $0 ? true : nil } == true)
        let time = ContinuousClock().measure { running.stop() }
        #expect(time < .milliseconds(1_700))
        let output = client.receive().map { String(decoding: $0.output, as: UTF8.self) }
        #expect(output?.hasSuffix("GET /slow q= f= c=") == true)
    }

    @Test("a server that was stopped refuses connections")
    func refusesAfterStop() throws {
        let running = try RunningServer()
        running.server.stop()
        #expect(unsafe access(running.path, F_OK) == 0)
        #expect(RawClient(path: running.path) == nil)
        running.stop()
    }

    @Test("an idle server stops at once, with silent, half-sent and kept connections too")
    func idleStop() throws {
        let running = try RunningServer(threads: 4)
        let silent = try #require(RawClient(path: running.path))
        let half = try #require(RawClient(path: running.path))
        half.send(Array(Wire.request().prefix(30)))
        let kept = try #require(RawClient(path: running.path))
        kept.send(Wire.request(keep: true))
        #expect(kept.receive()?.isEnded == true)
        usleep(100_000)
        let time = ContinuousClock().measure { running.stop() }
        #expect(time < .seconds(1))
        withExtendedLifetime(silent) {}
        #expect(half.receive()?.isEnded == false)
    }

    @Test("a stop answers what comes on kept connections until their peers have closed them")
    func stopServesKept() throws {
        let running = try RunningServer(limits: Limits(drainTime: .seconds(5)))
        let client = try #require(RawClient(path: running.path))
        client.send(Wire.request(keep: true))
        #expect(client.receive()?.isEnded == true)
        let started = ContinuousClock.now
        let stopping = Threading.Thread.start { running.stop() }
        while RawClient(path: running.path) != nil { usleep(1_000) }
        for round in 0..<3 {
            client.send(Wire.request(Wire.get("/\(round)"), keep: true))
            let output = client.receive().map { String(decoding: $0.output, as: UTF8.self) }
            #expect(output?.hasSuffix("GET /\(round) q= f= c=") == true)
        }
        client.finishSending()
        stopping?.join()
        #expect(started.duration(to: .now) < .seconds(4))
    }

    @Test("new connections wait no longer than kept ones that always have a request", arguments: [true, false])
    func newBesideKept(newComeFirst: Bool) throws {
        let kept = Monitor<[RawClient]>([])
        let served = Monitor<[String]>([])
        let running = try RunningServer(threads: 1) { request in
            guard let path = try? request.get().path else { return Response(status: .badRequest) }
            served.withLock { $0.append(path) }
            served.notifyAll()
            if path == "/first" {
                _ = kept.wait(atMost: .seconds(5)) { $0.count == 8 ? true : nil }
                // Longer than the time between two looks for new connections.
                usleep(10_000)
            }
            // The one before was answered; at least seven wait at any time.
            if let number = Int(path.dropFirst()), served.withLock({ $0.count < 100 }) {
                kept.withLock { $0[(number + 7) % 8].send(Wire.request(Wire.get("/\((number + 7) % 8)"), keep: true)) }
            }
            return Response(status: .ok)
        }
        defer { running.stop() }
        let clients = try (0..<8).map { _ in try #require(RawClient(path: running.path)) }
        for client in clients {
            client.send(Wire.request(Wire.get("/known"), keep: true))
            #expect(client.receive()?.isEnded == true)
        }
        let first = try #require(RawClient(path: running.path))
        first.send(Wire.request(Wire.get("/first")))
        #expect(served.wait(atMost: .seconds(5)) { $0.last == "/first" ? true : nil } == true)
        var new: [RawClient] = []
        for isTurnOfNew in [newComeFirst, !newComeFirst] {
            if isTurnOfNew {
                new = try (0..<8).map { _ in try #require(RawClient(path: running.path)) }
                for client in new { client.send(Wire.request(Wire.get("/new"))) }
            } else {
                for (number, client) in clients.enumerated() {
                    client.send(Wire.request(Wire.get("/\(number)"), keep: true))
                }
            }
        }
        kept.withLock { $0 = clients }
        kept.notifyAll()
        for client in new { #expect(client.receive()?.isEnded == true) }
        let order = served.withLock { $0 }
        let start = try #require(order.firstIndex(of: "/first"))
        let last = try #require(order.lastIndex(of: "/new"))
        // One round: who is accepted when the set says so, and waits with the others then, would wait for two.
        #expect(last - start <= 17, "\(order)")
    }

    @Test("a thousand idle kept connections leave the threads free, and a stop ends within a second")
    func thousandIdle() throws {
        let running = try RunningServer(threads: 2)
        let clients = try (0..<1_000).map { _ in try #require(RawClient(path: running.path)) }
        for client in clients {
            client.send(Wire.request(keep: true))
            #expect(client.receive()?.isEnded == true)
        }
        #expect(try running.isServing())
        let time = ContinuousClock().measure { running.stop() }
        #expect(time < .seconds(1))
        withExtendedLifetime(clients) {}
    }

    @Test("a stop twice, and without a start, returns")
    func stopTwice() throws {
        let running = try RunningServer()
        running.stop()
        running.stop()
        let path = "/tmp/fastcgi-\(getpid())-unstarted.sock"
        let server = Server(listener: try Listener.unixSocket(path: path)) { _ in Response(status: .ok) }
        server.stop()
        unsafe unlink(path)
        #expect(throws: FastCGIError.self) { try server.start() }
    }

    @Test("many clients at once get their own answers")
    func manyClients() throws {
        let running = try RunningServer(threads: 8)
        defer { running.stop() }
        let failures = Atomic(0)
        let threads = (0..<16).compactMap { number in
            Threading.Thread.start {
                for round in 0..<50 {
                    let text = "\(number)-\(round)"
                    let answer = try? running.answer(to: Wire.request(Wire.get("/\(text)")))
                    if answer?.hasSuffix("GET /\(text) q= f= c=") != true {
                        failures.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(threads.count == 16)
        #expect(failures.load(ordering: .relaxed) == 0)
    }
}
