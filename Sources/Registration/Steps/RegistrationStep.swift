/// How far a live registration has come. It only moves forward.
///
/// ```
///  right IEC, GSTIN           ICEGATE ID and         both OTPs right            Finish
///  and temporary password     password accepted
///  ───────────────────► identified ───────────► otpSent ───────────► verified ─────────► finished
///                                                                     │    ▲ │              ▲
///                                                  alternate contacts │    └─┘ again        │
///                                                                     ▼                     │
///                                                               alternateSent ──────────────┘
///                                                                          both alternate OTPs right,
///                                                                          or Finish with the old contacts
/// ```
/// A registration whose time has passed is dead in every step but `finished`.
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
