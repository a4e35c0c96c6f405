/// Where a message goes: one channel and one address on it.
public struct Destination: Hashable, Sendable {
    /// The ways on which messages go.
    public enum Channel: String, Sendable, CaseIterable {
        /// To a mobile number.
        case sms
        /// To an e-mail address.
        case email
    }

    /// The way.
    public let channel: Channel
    /// The mobile number's 10 digits, or the e-mail address.
    public let address: String

    /// A mobile number.
    public init(_ mobile: MobileNumber) {
        channel = .sms
        address = mobile.text
    }

    /// An e-mail address.
    public init(_ email: EmailAddress) {
        channel = .email
        address = email.text
    }
}
