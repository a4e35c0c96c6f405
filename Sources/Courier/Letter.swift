public import Persistence
public import Registration

/// A message as it goes out: whole, with its code, kept in memory for as long as the sending takes.
public struct Letter: Sendable {
    /// The outbox's number.
    public let serial: Int64
    /// What it says.
    public let template: MessageTemplate
    /// In which language.
    public let language: MessageLanguage
    /// Where it goes.
    public let destination: Destination
    /// One line; an SMS has one for the record, which is not sent.
    public let subject: String
    /// The text, lines ended by LF.
    public let body: String

    /// Whether the text carries a one-time password, which gateways send on a faster way.
    var isOneTimePassword: Bool { template.carriesOneTimePassword }
}
