import MariaDB

/// What a pair of OTPs of a registration is to prove.
public enum OTPPurpose: String, Sendable {
    /// The contacts that the master has.
    case registration
    /// The contacts that the registrant wants in their place.
    case alternate
}

/// What a pair of OTPs of an account is to prove.
public enum AccountOTPPurpose: String, Sendable {
    /// The contacts that the holder wants.
    case contactChange = "contact_change"
    /// That who forgot the password has the account's contacts.
    case passwordReset = "password_reset"
}

/// Whose a pair of OTPs is, and what it is to prove.
enum OTPSubject: Equatable {
    case registration(Int64, OTPPurpose)
    case account(Int64, AccountOTPPurpose)

    var registrationID: Int64? { if case .registration(let id, _) = self { id } else { nil } }

    var accountID: Int64? { if case .account(let id, _) = self { id } else { nil } }

    /// As the column holds it.
    var purpose: String {
        switch self {
        case .registration(_, let purpose): purpose.rawValue
        case .account(_, let purpose): purpose.rawValue
        }
    }

    /// What the rows of the subject have in common.
    var condition: SQL {
        switch self {
        case .registration(let id, let purpose): "registration_id = \(id) AND purpose = \(purpose.rawValue)"
        case .account(let id, let purpose): "account_id = \(id) AND purpose = \(purpose.rawValue)"
        }
    }
}
