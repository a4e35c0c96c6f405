public import Registration

/// Who asks: for the audit.
public struct Client: Sendable {
    /// The address as nginx saw it.
    public let address: String
    /// nginx's number of the request; empty outside a request.
    public let requestID: String
    /// The language in which messages are to be written.
    public let language: MessageLanguage
    /// The kind of browser and its system, as a person would name them: at most 40 ASCII characters; empty outside a
    /// request.
    public let browser: String
    /// Who runs a command; `nil` for whoever uses the pages.
    public let operatorName: OperatorName?

    /// Makes a client that uses the pages.
    public init(address: String, requestID: String, language: MessageLanguage, browser: String = "") {
        self.address = address
        self.requestID = requestID
        self.language = language
        self.browser = browser
        operatorName = nil
    }

    /// Makes the client that stands for a command.
    public init(_ operatorName: OperatorName, language: MessageLanguage = .english) {
        address = ""
        requestID = ""
        self.language = language
        browser = ""
        self.operatorName = operatorName
    }
}

/// A language in which the portal writes.
public enum MessageLanguage: String, Sendable, CaseIterable {
    /// The language of the advisory.
    case english = "en"
    /// The official language of the Union.
    case hindi = "hi"

    /// The codes of the languages that catalogues translate into: all but English, in which templates are written.
    public static let translations = allCases.filter { $0 != .english }.map(\.rawValue)
}
