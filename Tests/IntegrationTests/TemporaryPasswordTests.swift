import Courier
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Testing

@Suite("a new temporary password") struct TemporaryPasswordTests {
    private static func ask(_ browser: Browser, _ holder: Holder) throws -> Answer {
        try browser.submit(
            browser.get("/temporary-password"), to: "/temporary-password",
            ["iec": holder.iec, "gstin": holder.gstin, "captcha": Site.captchaAnswer])
    }

    /// Handles what waits, as the courier does.
    private static func handle(_ site: Site) throws {
        while try site.store.handleMessageRequest() {}
        try site.deliver()
    }

    @Test("one that was replaced before its messages went is not sent any more")
    func replaced() throws {
        try Site.run { site in
            let holder = Holder(1)
            try site.load([holder])
            for _ in 1...2 {
                let outcome = try site.loader.issueTemporaryPassword(
                    iec: IEC(holder.iec), gstin: GSTIN(holder.gstin), onlyWithout: false, client: Site.operatorAtDesk)
                #expect(outcome == .issued)
                try site.database.pass(.seconds(61))
            }
            #expect(try site.letters(to: holder.mobile).count == 1)
            #expect(try site.letters(to: holder.email).count == 1)
            #expect(
                try site.database.value("SELECT COUNT(*) FROM outbox WHERE state = 'given_up'", as: Int.self) == 2)
        }
    }

    @Test("the answer reads the same whether the pair exists or not, and the letters go to the master's contacts alone")
    func oneAnswer() throws {
        try Site.run { site in
            var holders = (1...5).map { Holder($0) }
            let passwords = try site.invite(holders)
            try Browser(site).register(holders[0], passwords[0], on: site)
            holders[1].iecStatus = "suspended"
            holders[2].mobile = ""
            try site.load(holders)
            try site.database.pass(.seconds(61))
            try site.deliver()
            let lettersBefore = site.letters.count
            var pages: Set<String> = []
            for holder in holders.prefix(4) + [Holder(99)] {
                let browser = Browser(site)
                let answer = try Self.ask(browser, holder)
                #expect(answer.status == 303)
                pages.insert(try browser.follow(answer).withoutTokens)
            }
            #expect(pages.count == 1)
            #expect(pages.first?.contains("a new temporary password is on its way") == true)
            try Self.handle(site)
            let letters = site.letters.dropFirst(lettersBefore)
            #expect(Set(letters.map(\.destination.address)) == [holders[3].email, holders[3].mobile])
            #expect(try Browser(site).identify(holders[3], passwords[3]).status == 422)
        }
    }

    @Test("the new password lets the holder in, and the old one no more")
    func works() throws {
        try Site.run { site in
            let (holder, old) = try site.invite()
            try site.database.pass(.seconds(61))
            _ = try Self.ask(Browser(site), holder)
            try Self.handle(site)
            let words = try #require(site.letters(to: holder.mobile).last).body.split { $0 == " " || $0 == "," }
            let new = String(try #require(words.first { $0.utf8.count == 15 && $0.contains("-") }))
            #expect(new != old)
            #expect(try Browser(site).identify(holder, new).status == 303)
        }
    }

    @Test("one pair is sent three in a day")
    func quota() throws {
        try Site.run { site in
            let (holder, _) = try site.invite()
            let before = try site.letters(to: holder.mobile).count
            for _ in 0..<5 {
                try site.database.pass(.seconds(61))
                // Twice: a double click is one wish.
                for _ in 0..<2 { _ = try Self.ask(Browser(site), holder) }
                try Self.handle(site)
            }
            #expect(try site.letters(to: holder.mobile).count == before + 3)
        }
    }

    @Test("each wish is handled by one courier of many")
    func handledOnce() throws {
        try Site.run { site in
            let holders = (1...8).map { Holder($0) }
            try site.load(holders)
            for holder in holders { _ = try Self.ask(Browser(site), holder) }
            _ = try atOnce(8) { _ in
                while try site.store.handleMessageRequest() {}
                return 0
            }
            try Self.handle(site)
            #expect(site.letters.count == 16)
        }
    }
}
