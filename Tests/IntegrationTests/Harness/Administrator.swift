import MariaDB
import Persistence
import Registration
import Sodium
import Testing

/// Somebody who may open the console.
struct Administrator: Sendable {
    let name: String
    let email: String
    let password: String

    /// What is typed at the first step.
    var typed: [String: String] { ["name": name, "password": password, "captcha": Site.captchaAnswer] }
}

extension Site {
    /// Who adds and closes administrators, with the rights of who migrates.
    var administrators: AdministratorRegister {
        AdministratorRegister(
            pool: Pool(database.migratorOptions, size: 1, waitLimit: .seconds(5)),
            operatorName: OperatorName("tester@desk"))
    }

    /// Adds an administrator.
    func administrator(_ name: String = "asha", password: String = "Quiet-Harbour-1947") throws -> Administrator {
        let administrator = Administrator(name: name, email: "\(name)@example.gov.in", password: password)
        let bytes = try #require(ChosenPassword.bytesForLogin(password))
        let hash = try #require(PasswordHash.make(of: bytes, cost: Self.cheap))
        let isAdded = try administrators.add(
            AdministratorName(name), email: EmailAddress(administrator.email), hash: hash)
        #expect(isAdded)
        return administrator
    }

    /// What the audit has of actions, the oldest first: what follows the prefix, and the outcome.
    func audit(_ prefix: String) throws -> [String] {
        let entries = try database.rows(
            "SELECT action, outcome FROM audit_events WHERE action LIKE CONCAT(\(prefix), '%') ORDER BY id")
        return try entries.map { row in
            let rest = try row.get(0, as: String.self).dropFirst(prefix.utf8.count)
            return try rest.isEmpty ? row.get(1) : "\(rest.drop { $0 == "." }) \(row.get(1, as: String.self))"
        }
    }
}

extension Browser {
    /// Sends name and password.
    func logInAsAdministrator(_ administrator: Administrator, password: String? = nil) throws -> Answer {
        var typed = administrator.typed
        if let password { typed["password"] = password }
        return try submit(get("/admin/login"), to: "/admin/login", typed)
    }

    /// Sends an OTP.
    @discardableResult
    func giveOTP(_ code: String) throws -> Answer {
        try submit(get("/admin/login/otp"), to: "/admin/login/otp", ["otp": code])
    }

    /// Goes both steps.
    ///
    /// - Returns: the console.
    @discardableResult
    func openConsole(_ administrator: Administrator, on site: Site) throws -> Answer {
        _ = try logInAsAdministrator(administrator)
        let answer = try follow(giveOTP(site.code(sentTo: administrator.email)))
        #expect(answer.path == "/admin/console" && answer.status == 200, "\(answer.alerts)")
        return answer
    }
}
