import Registration

/// Hands SMS to a gateway, and to the second one while the first fails or is slow.
public struct SMSTransport: Transport {
    private let ways: [Way]
    private let registered: RegisteredTemplates?
    private let slow: Duration
    public let patience: Duration

    private struct Way {
        let gateway: any SMSGateway
        let breaker = CircuitBreaker()
    }

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - gateways: the first is used while it is well.
    ///   - registered: texts as they are registered (DLT): an SMS goes out only when its text matches. `nil` asks for none.
    ///   - timeout: the gateways' own.
    ///   - slow: an answer after this time counts as a failure of the gateway, though not of the SMS.
    public init(_ gateways: [any SMSGateway], registered: RegisteredTemplates?, timeout: Duration, slow: Duration) {
        ways = gateways.map { Way(gateway: $0) }
        self.registered = registered
        self.slow = slow
        patience = timeout * gateways.count
    }

    public func deliver(_ letter: Letter) -> HandOver {
        // A destination on this channel was made of a `MobileNumber`: ten digits.
        guard letter.destination.channel == .sms else { return .refused(reason: "channel") }
        var templateID = ""
        if let registered {
            guard let template = registered[letter.template, letter.language], template.matches(letter.body) else {
                // The operators would drop it unseen. Who mends the registration's file has it go out.
                var later = HandOver.later(reason: "not-as-registered")
                later.needsMending = true
                return later
            }
            templateID = template.id
        }
        let sms = SMS(
            number: letter.destination.address, text: letter.body, templateID: templateID,
            isOneTimePassword: letter.isOneTimePassword)
        var last = HandOver.later(reason: "gateways-rest")
        for way in ways {
            // Alone, a gateway is asked whatever it answered before: there is no better way.
            guard ways.count == 1 || way.breaker.mayPass() else { continue }
            let started = ContinuousClock.now
            let answer = way.gateway.send(sms)
            let isSlow = ContinuousClock.now - started > slow
            let name = way.gateway.name
            switch answer {
            case .accepted(let code):
                way.breaker.note(isWell: !isSlow)
                return .accepted(by: name, reason: code)
            case .final(let code):
                way.breaker.note(isWell: !isSlow)
                return .refused(reason: code, by: name)
            case .wait(let code):
                way.breaker.note(isWell: false)
                last = .later(reason: code, by: name)
            case .throttled(let code):
                way.breaker.note(isWell: false, isHopeless: true)
                last = .later(reason: code, by: name)
                last.wait = .seconds(60)
            case .credentials(let code):
                way.breaker.note(isWell: false, isHopeless: true)
                last = .later(reason: code, by: name)
                last.needsMending = true
            }
        }
        return last
    }
}
