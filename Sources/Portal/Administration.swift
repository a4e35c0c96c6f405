import HTTPTypes

/// A place of the administrator's console, by its path: nginx lets only chosen addresses pass below `/admin/`.
enum Administration: String, Hashable, Sendable, CaseIterable {
    /// Name and password.
    case login = "/admin/login"
    /// The OTP that was sent by e-mail.
    case otp = "/admin/login/otp"
    case console = "/admin/console"
    case logout = "/admin/logout"

    /// The methods that the place answers.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .login, .otp: [.get, .post]
        case .console: [.get]
        case .logout: [.post]
        }
    }
}
