/// How far a registration has come. It only moves forward, by compare-and-set in the database.
///
/// ```
///  right IEC, GSTIN and temporary password
///        │
///        ▼
///   identified
///        │ ICEGATE ID and password accepted: the first OTP pair is sent
///        ▼
///     otpSent ◄─┐ the same pair sent again, or a new one when no try is left (3 pairs at most)
///        │ └────┘
///        │ both OTPs right, on the live page or on the page for carrying on
///        ▼
///    verified ─────────────────────────────────────────── Finish ───┐
///        │ alternate contacts: an OTP pair is sent to them          │
///        ▼                                                          │
///  alternateSent ◄─┐ again; a new pair, or other contacts; 3 at most│
///        │ │ └─────┘                                                │
///        │ └──────────────────── Finish, with the master's contacts ┤
///        │ both alternate OTPs right,                               │
///        │ on the live page or on the page for carrying on          │
///        ▼                                                          │
///    finished ◄─────────────────────────────────────────────────────┘
/// ```
/// Time: in every step but ``finished`` a registration is dead from its expiry on, and its name is free. That is 2 hours
/// after it began, or was last taken over, in ``identified``, and from then on 2 hours after its newest OTP pair was
/// generated. Whoever comes upon a dead one (its session, a new start, the page for carrying on) writes it down as expired,
/// together with its pairs; the step stays as it was. The pair of IEC and GSTIN may then begin anew.
///
/// Sessions: a right temporary password for a live registration takes it over at the step reached, and so does a right OTP
/// pair on the page for carrying on; the older sessions end. A session that ends leaves the registration as it is.
public enum RegistrationStep: String, Sendable, CaseIterable {
    /// IEC, GSTIN and temporary password were right; no ICEGATE ID yet.
    case identified
    /// An ICEGATE ID is reserved and the OTP pair for the master's contacts is on its way.
    case otpSent = "otp_sent"
    /// The master's contacts are proven; the registrant may finish, or change them.
    case verified
    /// An OTP pair for alternate contacts is on its way; finishing with the old contacts stays possible.
    case alternateSent = "alternate_sent"
    /// The account exists.
    case finished

    /// Whether both OTPs for the master's contacts were right.
    public var isProven: Bool { self == .verified || self == .alternateSent }
}
