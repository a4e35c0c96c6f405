import HTTP
import HTTPTypes
import Persistence

/// The language and the size of text that a visitor wants: chosen by this request's query, kept in cookies.
struct Preferences {
    let language: MessageLanguage
    let textSize: TextSize
    private let hasChosenLanguage: Bool
    private let hasChosenTextSize: Bool

    /// The sizes behind A-, A and A+.
    enum TextSize: String {
        case small
        case normal
        case large
    }

    init(request: Request, cookies names: CookieNames) {
        let mayChoose = request.method != .post
        let chosenLanguage = mayChoose ? request.query["lang"].flatMap(MessageLanguage.init(rawValue:)) : nil
        let chosenTextSize = mayChoose ? request.query["text"].flatMap(TextSize.init(rawValue:)) : nil
        language =
            chosenLanguage ?? request.cookies[names.language].flatMap(MessageLanguage.init(rawValue:)) ?? .english
        textSize = chosenTextSize ?? request.cookies[names.textSize].flatMap(TextSize.init(rawValue:)) ?? .normal
        hasChosenLanguage = chosenLanguage != nil
        hasChosenTextSize = chosenTextSize != nil
    }

    /// The cookies that keep what this request chose.
    func chosen(_ names: CookieNames, isSecure: Bool) -> [SetCookie] {
        [
            hasChosenLanguage ? Self.cookie(names.language, language.rawValue, isSecure) : nil,
            hasChosenTextSize ? Self.cookie(names.textSize, textSize.rawValue, isSecure) : nil,
        ].compactMap { $0 }
    }

    /// A cookie that keeps a preference for a year.
    static func cookie(_ name: String, _ value: String, _ isSecure: Bool) -> SetCookie? {
        SetCookie(name: name, value: value, maxAge: .seconds(365 * 86_400), isSecure: isSecure)
    }
}
