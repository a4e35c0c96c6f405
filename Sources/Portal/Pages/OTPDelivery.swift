import HTMLTemplate
import Persistence
import Registration

/// How far one message with a one-time password has come.
struct OTPDelivery: TemplateModel, Sendable {
    /// "SMS" or "E-mail".
    var channel: Message
    /// "Waiting to be sent", "Sent" or what the gateway said.
    var state: Message

    static let fields = Fields<Self>([
        .message("channel") { $0.channel },
        .message("state") { $0.state },
    ])
}

extension OTPDelivery {
    init(_ delivery: Delivery) {
        let channel: Message = delivery.channel == .sms ? "SMS" : "E-mail"
        let state: Message =
            switch delivery.state {
            case _ where delivery.isHeldUp: "Not being sent at present: it goes out as soon as the service is back"
            case .waiting, .sending: "Waiting to be sent"
            case .sent: Message("Handed over at %{time}", ["time": delivery.endedAt.map(IndianTime.time) ?? ""])
            case .refused where delivery.channel == .sms: "Refused: please check the number"
            case .refused: "Refused: please check the address"
            case .givenUp: "Could not be delivered in time"
            }
        self.init(channel: channel, state: state)
    }
}

extension [Delivery] {
    /// Whether one of them cannot be delivered, or not now: it was not "sent successfully", whatever the page said before.
    var isFailing: Bool { contains { $0.state == .refused || $0.state == .givenUp || $0.isHeldUp } }
}
