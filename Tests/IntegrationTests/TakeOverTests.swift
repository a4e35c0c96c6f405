import MariaDB
import Testing

@Suite("one pair in two browsers") struct TakeOverTests {
    static let takenOver =
        "The registration was begun again elsewhere, so this session has ended. Carry on there, or enter your details again."

    @Test("D2: the younger browser stands at the step reached, and the older one is told", arguments: 1...3)
    func takeOver(steps: Int) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let older = Browser(site)
            let page = try older.register(holder, password, on: site, steps: steps)
            let younger = Browser(site, address: "192.0.2.2")
            let answer = try younger.identify(holder, password)
            #expect(answer.location == page.path)
            #expect(try younger.get(page.path).status == 200)

            #expect(try older.get(page.path).location == "/register?ended=taken-over")
            #expect(try older.open(page.path).problem == Self.takenOver)
            let before = try site.database.dump()
            if let form = page.html.forms.first(where: { $0.action.hasPrefix("/register") }) {
                let sent = try older.submit(page, to: form.action)
                #expect(sent.location == "/register?ended=taken-over")
            }
            #expect(try site.database.dump() == before)
            #expect(try site.database.value("SELECT COUNT(*) FROM registrations", as: Int.self) == 1)

            // And back again: the right temporary password decides.
            #expect(try older.identify(holder, password).location == page.path)
            #expect(try younger.get(page.path).location == "/register?ended=taken-over")
        }
    }

    @Test("D2: starts at the same instant make one registration with one session")
    func startsAtOnce() throws {
        try Site.run(threads: 20) { site in
            let (holder, password) = try site.invite()
            let browsers = (0..<20).map { _ in Browser(site) }
            let pages = try browsers.map { try $0.get("/register") }
            let answers = try atOnce(20) { number in
                try browsers[number].submit(
                    pages[number], to: "/register", Browser.identification(holder, password))
            }
            #expect(answers.allSatisfy { $0.location == "/register/account" })
            #expect(try site.database.value("SELECT COUNT(*) FROM registrations", as: Int.self) == 1)
            let standing = try browsers.filter { try $0.get("/register/account").status == 200 }
            #expect(standing.count == 1)
        }
    }

    @Test("after the end nobody takes over")
    func afterTheEnd() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let older = Browser(site)
            try older.register(holder, password, on: site)
            #expect(try Browser(site).identify(holder, password).status == 422)
            #expect(try older.get("/register/done").status == 200)
        }
    }
}
