import HTMLTemplate

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
