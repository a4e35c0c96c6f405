public import Registration

/// How messages leave.
public enum CourierTransport: Sendable {
    /// Each is written as a file into this directory: in a development set-up alone.
    case files(directory: String)
    /// E-mail by a relay, SMS by gateways.
    case gateways(MailRelay, SMSSettings)
}

/// The SMTP relay.
public struct MailRelay: Sendable {
    /// When TLS begins.
    public enum TLS: String, Sendable, CaseIterable {
        /// By STARTTLS; a relay without it is refused.
        case starttls
        /// With the first byte.
        case implicit
        /// Never: for a relay on this host alone.
        case none
    }

    /// Host name or address.
    public var host: String
    /// TCP port.
    public var port: Int
    /// When TLS begins.
    public var tls: TLS
    /// The portal's account there, where it has one.
    public var account: (user: String, password: Secret)?
    /// File of the authorities that are believed; `nil`: the system's.
    public var authorities: String?
    /// For one mail, all in all.
    public var timeout: Duration
    /// That mails come from.
    public var sender: EmailAddress
    /// What stands before the sender.
    public var senderName: String
}

/// The SMS gateways.
public struct SMSSettings: Sendable {
    /// One gateway.
    public enum Gateway: Sendable {
        /// C-DAC Mobile Seva.
        case cdac(url: String, user: String, password: Secret, secureKey: Secret, hindiOTPService: String)
        /// NIC.
        case nic(url: String, user: String, pin: Secret)
        /// Any that takes a form.
        case form(FormSettings)
        /// Files in this directory: in a development set-up alone.
        case files(directory: String)
    }

    /// A gateway that is described by its fields and answers.
    public struct FormSettings: Sendable {
        /// Where the form goes.
        public var url: String
        /// Fields and their values, with placeholders.
        public var fields: String
        /// Fills `{secret}`; empty without one.
        public var secret: Secret
        /// What answers hold, by their meaning; empty where there is none.
        public var accepted, final, throttled, credentials: String
    }

    /// The first is used while it is well; one or two.
    public var gateways: [Gateway]
    /// The header that SMS come from.
    public var senderID: String
    /// Identifier of the principal entity (DLT).
    public var entityID: String
    /// The file of the registered texts, whole; `nil` where there is none.
    public var registeredTexts: String?
    /// File of the authorities that are believed; `nil`: the system's.
    public var authorities: String?
    /// For one SMS at one gateway.
    public var timeout: Duration
    /// An answer after this time counts as a failure of the gateway.
    public var slow: Duration
}

/// Bounds of what goes out on a channel, by all portals together.
public struct ChannelBudget: Sendable, Equatable {
    /// In any minute.
    public var perMinute: Int
    /// In any 24 hours.
    public var perDay: Int
}
