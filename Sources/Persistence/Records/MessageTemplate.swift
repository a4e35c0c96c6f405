public import MariaDB
public import Registration

/// A message that the portal owes to somebody.
public enum MessageTemplate: String, Sendable, CaseIterable {
    /// The code of one channel, for the contacts that the master has.
    case oneTimePassword = "one-time-password"
    /// The code of one channel, for alternate contacts.
    case alternateOneTimePassword = "alternate-one-time-password"
    /// The code of one channel, for the contacts that an account is to have.
    case contactChange = "contact-change"
    /// The code of one channel, for who forgot the password.
    case passwordReset = "password-reset"
    /// The password with which a registration begins.
    case temporaryPassword = "temporary-password"
    /// The account exists.
    case registrationFinished = "registration-finished"
    /// To the old contacts: others stand in their place.
    case contactsChanged = "contacts-changed"
    /// The account has a new password.
    case passwordChanged = "password-changed"
    /// The ICEGATE ID of who forgot it.
    case icegateIDReminder = "icegate-id-reminder"
    /// Logins were refused, again and again.
    case refusedLogins = "refused-logins"
    /// The second step of an administrator's login.
    case administratorOneTimePassword = "administrator-one-time-password"

    /// The channels that the message goes on.
    public var channels: [Destination.Channel] {
        switch self {
        case .oneTimePassword, .alternateOneTimePassword, .contactChange, .passwordReset, .temporaryPassword,
            .contactsChanged, .passwordChanged:
            [.sms, .email]
        case .registrationFinished, .icegateIDReminder, .refusedLogins, .administratorOneTimePassword: [.email]
        }
    }

    /// Whether the message carries a code that somebody waits for.
    public var carriesOneTimePassword: Bool { secret == .oneTimePassword }

    /// The secret that the message carries.
    enum Secret {
        case oneTimePassword
        case administratorOneTimePassword
        case temporaryPassword
    }

    /// The secret that the message carries, where it carries one.
    var secret: Secret? {
        switch self {
        case .oneTimePassword, .alternateOneTimePassword, .contactChange, .passwordReset: .oneTimePassword
        case .administratorOneTimePassword: .administratorOneTimePassword
        case .temporaryPassword: .temporaryPassword
        case .registrationFinished, .contactsChanged, .passwordChanged, .icegateIDReminder, .refusedLogins: nil
        }
    }
}

extension MessageTemplate: SQLValueConvertible, SQLValueDecodable {}
