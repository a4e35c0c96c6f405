/// What the master table says of one (IEC, GSTIN) pair.
public struct MasterEntry: Sendable, Equatable {
    /// The holder's code.
    public let iec: IEC
    /// One of the holder's registrations for tax.
    public let gstin: GSTIN
    /// The firm's name as registered: any text.
    public let legalName: String
    /// The e-mail address, where the master has a usable one.
    public let email: EmailAddress?
    /// The mobile number, where the master has a usable one.
    public let mobile: MobileNumber?
    /// Whether the status of the IEC lets its holder register.
    public let isIECActive: Bool
    /// Whether the status of the GSTIN lets its holder register.
    public let isGSTINActive: Bool

    /// Makes an entry.
    public init(
        iec: IEC, gstin: GSTIN, legalName: String, email: EmailAddress?, mobile: MobileNumber?, isIECActive: Bool,
        isGSTINActive: Bool
    ) {
        self.iec = iec
        self.gstin = gstin
        self.legalName = legalName
        self.email = email
        self.mobile = mobile
        self.isIECActive = isIECActive
        self.isGSTINActive = isGSTINActive
    }

    /// Whether the holder may register, and with which contacts.
    public var eligibility: Eligibility {
        guard isIECActive else { return .refused(.iecInactive) }
        guard isGSTINActive else { return .refused(.gstinInactive) }
        guard let mobile, let email else { return .refused(.contactsUnusable) }
        return .eligible(Contacts(mobile: mobile, email: email))
    }

    /// The answer to the question whether the holder may register.
    public enum Eligibility: Sendable, Equatable {
        /// Yes: OTPs go to these contacts.
        case eligible(Contacts)
        /// No.
        case refused(Refusal)
    }

    /// Why a holder whose temporary password was right may not register all the same.
    public enum Refusal: String, Sendable, Equatable, CaseIterable {
        /// The status of the IEC does not allow it.
        case iecInactive
        /// The status of the GSTIN does not allow it.
        case gstinInactive
        /// The master has no usable e-mail and mobile number.
        case contactsUnusable
        /// There is an account for the pair.
        case alreadyRegistered
    }
}
