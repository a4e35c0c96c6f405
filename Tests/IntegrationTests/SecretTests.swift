import Courier
import HTTP
import HTTPTypes
import MariaDB
import Registration
import Sodium
import Testing

@testable import Portal

@Suite("secrets") struct SecretTests {
    @Test("C11: no password, OTP, session or form token can be read in any table or in the log")
    func whatTheStoreHolds() throws {
        try Site.run(hashCost: .owasp) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var secrets: Set<String> = [password, password.split(separator: "-").joined(), holder.password]
            var words: Set<String> = []
            var sessions: [String?] = []
            func look() throws {
                sessions.append(browser.session)
                secrets.formUnion(sessions.compactMap { $0 })
                secrets.insert(browser.formToken(for: "/register"))
                for row in try site.database.dump() {
                    for secret in secrets {
                        #expect(!row.contains(secret))
                        #expect(!row.contains(Hexadecimal.encode(Array(secret.utf8)).uppercased()))
                    }
                    let found = row.split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == ":") }.map(String.init)
                    #expect(words.isDisjoint(with: found), "\(row)")
                }
                for line in site.log.lines {
                    #expect(!secrets.contains { line.contains($0) } && !words.contains { line.contains($0) })
                }
            }
            _ = try browser.identify(holder, password)
            try look()
            _ = try browser.choose(holder.icegateID, password: holder.password)
            let codes = try site.codes(of: holder)
            words.formUnion([codes.mobile, codes.email])
            try look()
            _ = try browser.prove((codes.mobile, "000000"))
            try look()
            _ = try browser.prove(codes)
            _ = try browser.submit(
                browser.get("/register/alternate"), to: "/register/alternate",
                ["alternate_email": "new@example.org", "alternate_mobile": "7000000001"])
            let others = try (site.code(sentTo: "7000000001"), site.code(sentTo: "new@example.org"))
            words.formUnion([others.0, others.1])
            try look()
            _ = try browser.submit(
                browser.get("/register/alternate/otp"), to: "/register/alternate/otp", Browser.proof(others))
            _ = try browser.logIn(holder.icegateID, holder.password)
            try look()
            #expect(Set(sessions).count == 3)
            let hash = try site.database.value("SELECT password_hash FROM accounts", as: String.self)
            #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        }
    }

    @Test("a letter with a code goes to one address, and says which channel it proves")
    func letters() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            for letter in site.letters {
                switch letter.destination.address {
                case holder.mobile: #expect(!letter.body.contains(codes.email))
                case holder.email: #expect(!letter.body.contains(codes.mobile) && !letter.subject.contains(codes.email))
                default: Issue.record("a letter to a stranger")
                }
            }
            #expect(site.letters.count == 4)
        }
    }

    @Test("A4: what the master says of a firm is text on every page and in every letter")
    func markup() throws {
        try Site.run { site in
            var holder = Holder(1)
            holder.name = "<script>alert(1)</script> \"\" ' onmouseover=1 {{7*7}} %{code}"
            let row = "\"\(holder.name.replacing("\"", with: "\"\""))\""
            let typed = holder.name
            holder.name = row
            let password = try site.invite([holder])[0]
            let browser = Browser(site)
            try browser.register(holder, password, on: site)
            let home = try browser.follow(browser.logIn(holder.icegateID, holder.password))
            #expect(home.text.contains(typed))
            #expect(!home.body.contains("<script>alert"))
        }
    }
}
