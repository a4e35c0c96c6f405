/// Who asks: for the audit.
public struct Client: Sendable {
    /// The address as nginx saw it.
    public let address: String
    /// nginx's number of the request; empty outside a request.
    public let requestID: String
    /// The language in which messages are to be written.
    public let language: MessageLanguage

    /// Makes a client.
    public init(address: String, requestID: String, language: MessageLanguage) {
        self.address = address
        self.requestID = requestID
        self.language = language
    }
}

/// A language in which the portal writes.
public enum MessageLanguage: String, Sendable, CaseIterable {
    /// The language of the advisory.
    case english = "en"
    /// The official language of the Union.
    case hindi = "hi"
}
