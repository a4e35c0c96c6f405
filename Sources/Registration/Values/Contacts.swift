/// The two contacts of a registrant.
public struct Contacts: Hashable, Sendable {
    /// The mobile number.
    public let mobile: MobileNumber
    /// The e-mail address.
    public let email: EmailAddress

    /// Makes the pair.
    public init(mobile: MobileNumber, email: EmailAddress) {
        self.mobile = mobile
        self.email = email
    }

    /// Where messages on a channel go.
    public subscript(channel: Destination.Channel) -> Destination {
        switch channel {
        case .sms: Destination(mobile)
        case .email: Destination(email)
        }
    }
}
