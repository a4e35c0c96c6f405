import Registration

/// A way by which letters leave the host.
public protocol Transport: Sendable {
    /// The longest time that handing one letter over can take.
    var patience: Duration { get }

    /// Hands a letter over. Blocks until the other side has answered, within time-outs of its own.
    func deliver(_ letter: Letter) -> HandOver
}

extension Transport {
    /// Half a minute.
    public var patience: Duration { .seconds(30) }
}

/// Sends each letter by the transport of its channel.
public struct ChannelTransport: Transport {
    private let email: any Transport
    private let sms: any Transport

    /// Takes a transport for each channel.
    public init(email: any Transport, sms: any Transport) {
        self.email = email
        self.sms = sms
    }

    public var patience: Duration { max(email.patience, sms.patience) }

    public func deliver(_ letter: Letter) -> HandOver {
        switch letter.destination.channel {
        case .email: email.deliver(letter)
        case .sms: sms.deliver(letter)
        }
    }
}
