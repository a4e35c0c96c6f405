import Persistence
import Registration
import Testing
import Threading

@testable import Courier

@Suite("SMS") struct SMSTransportTests {
    private final class Gateway: SMSGateway {
        let name: String
        private let state: Monitor<(answer: GatewayAnswer, count: Int)>

        init(_ name: String, _ answer: GatewayAnswer) {
            self.name = name
            state = Monitor((answer, 0))
        }

        var count: Int { state.withLock { $0.count } }

        func answer(_ answer: GatewayAnswer) { state.withLock { $0.answer = answer } }

        func send(_ sms: SMS) -> GatewayAnswer {
            state.withLock { state in
                state.count += 1
                return state.answer
            }
        }
    }

    private static func letter(_ body: String = "text") throws -> Letter {
        Letter(
            serial: 1, template: .oneTimePassword, language: .english,
            destination: Destination(try MobileNumber("9876543210")), subject: "", body: body)
    }

    private static func transport(_ gateways: [Gateway], registered: RegisteredTemplates? = nil) -> SMSTransport {
        SMSTransport(gateways, registered: registered, timeout: .seconds(1), slow: .seconds(1))
    }

    @Test("go by the second gateway while the first fails, which is not asked any more after three failures")
    func failover() throws {
        let (first, second) = (Gateway("one", .wait("timeout")), Gateway("two", .accepted("ok")))
        let transport = Self.transport([first, second])
        for _ in 0..<5 { #expect(transport.deliver(try Self.letter()) == .accepted(by: "two", reason: "ok")) }
        #expect(first.count == 3)
        #expect(second.count == 5)
    }

    @Test("that are refused for good are given to no other gateway; a first gateway that is well is the only one asked")
    func final() throws {
        let (first, second) = (Gateway("one", .final("406")), Gateway("two", .accepted("ok")))
        let transport = Self.transport([first, second])
        #expect(transport.deliver(try Self.letter()) == .refused(reason: "406", by: "one"))
        first.answer(.accepted("ok"))
        #expect(transport.deliver(try Self.letter()) == .accepted(by: "one", reason: "ok"))
        #expect(second.count == 0)
    }

    @Test("wait while both gateways fail, and say who has something to mend")
    func both() throws {
        let (first, second) = (Gateway("one", .credentials("401")), Gateway("two", .throttled("418")))
        let transport = Self.transport([first, second])
        let answer = transport.deliver(try Self.letter())
        #expect(answer.verdict == .later)
        #expect(answer.wait == .seconds(60))
        #expect(transport.deliver(try Self.letter()) == .later(reason: "gateways-rest"))
        // Neither is hammered.
        #expect(first.count == 1 && second.count == 1)
    }

    @Test("are asked of a lone gateway whatever it answered before")
    func alone() throws {
        let gateway = Gateway("one", .wait("http-500"))
        let transport = Self.transport([gateway])
        for _ in 0..<10 { _ = transport.deliver(try Self.letter()) }
        gateway.answer(.accepted("ok"))
        #expect(transport.deliver(try Self.letter()).verdict == .accepted)
    }

    @Test("whose text is not as it is registered are kept back")
    func registered() throws {
        let registered = RegisteredTemplates(
            "one-time-password en 1107160000000000001 {#numeric#} is your mobile OTP for ICEGATE")
        #expect(registered.problems == [])
        let gateway = Gateway("one", .accepted("ok"))
        let transport = Self.transport([gateway], registered: registered)
        #expect(transport.deliver(try Self.letter("123456 is your OTP")).reason == "not-as-registered")
        #expect(gateway.count == 0)
        #expect(transport.deliver(try Self.letter("123456 is your mobile OTP for ICEGATE")).verdict == .accepted)
    }

    @Test("are given back to the first gateway by one that tries it after its rest, which is longer each time")
    func breaker() {
        let breaker = CircuitBreaker(threshold: 2, rest: .seconds(30))
        let start = ContinuousClock.now
        func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }
        breaker.note(isWell: false, at: start)
        #expect(breaker.mayPass(at: start))
        breaker.note(isWell: true, at: start)
        breaker.note(isWell: false, at: start)
        #expect(breaker.mayPass(at: start))
        breaker.note(isWell: false, at: start)
        #expect(!breaker.mayPass(at: after(29)))
        #expect(breaker.mayPass(at: after(30)))
        // One alone tries.
        #expect(!breaker.mayPass(at: after(30)))
        breaker.note(isWell: false, at: after(31))
        #expect(!breaker.mayPass(at: after(90)))
        #expect(breaker.mayPass(at: after(91)))
        breaker.note(isWell: true, at: after(91))
        #expect(breaker.mayPass(at: after(92)))
        #expect(breaker.mayPass(at: after(92)))
        breaker.note(isWell: false, isHopeless: true, at: after(93))
        #expect(!breaker.mayPass(at: after(94)))
    }
}
