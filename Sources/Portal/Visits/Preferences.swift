import HTTP
import HTTPTypes
import Persistence

/// How a visitor wants pages to be: chosen by this request's query, the language by a form as well; kept in cookies.
struct Preferences {
    let language: MessageLanguage
    let textSize: TextSize
    let contrast: Contrast
    /// What this request chose: the cookie that is to keep it, and its value.
    private let chosen: [(name: String, value: String)]

    /// The sizes behind A-, A and A+.
    enum TextSize: String {
        case small
        case normal
        case large
    }

    /// The colours of the portal, or light on black for those who see little.
    enum Contrast: String {
        case normal
        case high
    }

    /// The field of a form that chooses a language.
    static let languageField = "to"

    init(request: borrowing Request, cookies names: borrowing CookieNames) {
        let isPost = request.method == .post
        var chosen: [(name: String, value: String)] = []
        func read<Value: RawRepresentable<String>>(
            _ parameter: String, kept name: String, field: String? = nil, otherwise: Value
        ) -> Value {
            let text = isPost ? field.flatMap { request.form[$0] } : request.query[parameter]
            if let value = text.flatMap(Value.init(rawValue:)) {
                chosen.append((name, value.rawValue))
                return value
            }
            return request.cookies[name].flatMap(Value.init(rawValue:)) ?? otherwise
        }
        language = read("lang", kept: names.language, field: Self.languageField, otherwise: .english)
        textSize = read("text", kept: names.textSize, otherwise: .normal)
        contrast = read("contrast", kept: names.contrast, otherwise: .normal)
        self.chosen = chosen
    }

    /// The cookies that keep what this request chose, for a year.
    func cookies(isSecure: Bool) -> [SetCookie] {
        chosen.compactMap { choice in
            SetCookie(
                name: choice.name, value: choice.value, maxAge: .seconds(365 * 86_400), isSecure: isSecure)
        }
    }
}
