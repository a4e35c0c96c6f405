import FoundationEssentials
import Glibc
import MariaDB
import Sodium
import Testing

/// Takes minutes: `script/test --long` runs it, on a server that writes every commit to the disk as it does in service.
@Suite("the time of an answer", .enabled(if: unsafe getenv("LONG_TESTS") != nil), .serialized) struct AnswerTimeTests {
    @Test("C17: a login with a name that exists takes as long as one with a name that does not")
    func login() throws {
        try Site.run(hashCost: .owasp) { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            try compare(500) { isKnown in
                try site.database.execute("DELETE FROM attempt_counters")
                let browser = Browser(site)
                let page = try browser.get("/login")
                let typed = ["icegate_id": isKnown ? holder.icegateID : "NOBODY_1", "password": "Wrong-Password-1!"]
                return { _ = try browser.submit(page, to: "/login", typed) }
            }
        }
    }

    @Test("C17: a first step for a pair that exists takes as long as one for a pair that does not")
    func firstStep() throws {
        try Site.run { site in
            let (holder, _) = try site.invite()
            try compare(500) { isKnown in
                try site.database.execute("DELETE FROM attempt_counters")
                let browser = Browser(site)
                let page = try browser.get("/register")
                let typed = Browser.identification(isKnown ? holder : Holder(2), "K7Q2-M9XT-4CDEF")
                return { _ = try browser.submit(page, to: "/register", typed) }
            }
        }
    }

    @Test("C17: carrying on takes as long where something is pending as where nothing is")
    func resume() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: 2)
            let wrong = OTPTests.wrong(try site.codes(of: holder))
            try compare(500, slack: 0.1) { isKnown in
                try site.database.execute("DELETE FROM attempt_counters")
                try site.database.execute("UPDATE otp_pairs SET resume_tries = 0")
                let browser = Browser(site)
                let page = try browser.get("/resume")
                let person = isKnown ? holder : Holder(2)
                let typed = ["iec": person.iec, "gstin": person.gstin].merging(Browser.proof(wrong)) { $1 }
                return { _ = try browser.submit(page, to: "/resume", typed) }
            }
        }
    }

    @Test("C17: OTPs for a forgotten password are refused as soon for an account as for none")
    func recovery() throws {
        try AccountTests.run { site, holder, _ in
            try RecoveryTests.ask(Browser(site), holder.icegateID, on: site)
            let wrong = OTPTests.wrong(try site.codes(of: holder))
            try compare(500, slack: 0.1) { isKnown in
                try site.database.execute("DELETE FROM attempt_counters")
                try site.database.execute("UPDATE otp_pairs SET resume_tries = 0")
                let browser = Browser(site)
                let page = try browser.get("/forgot-password/otp")
                let typed = Browser.proof(wrong).merging(["icegate_id": isKnown ? holder.icegateID : "NOBODY_1"]) { $1 }
                return { _ = try browser.submit(page, to: "/forgot-password/otp", typed) }
            }
        }
    }

    @Test("C12: OTPs that are wrong in the first digit take as long as those that are wrong in the last")
    func digits() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let other = { (digit: Substring) in digit == "5" ? "6" : "5" }
            let late = codes.mobile.prefix(5) + other(codes.mobile.suffix(1))
            let early = other(codes.mobile.prefix(1)) + codes.mobile.suffix(5)
            try compare(500) { isLate in
                try site.database.execute("UPDATE otp_pairs SET live_tries = 0")
                let typed = Browser.proof((isLate ? String(late) : String(early), codes.email))
                return { _ = try browser.submit(page, to: "/register/otp", typed) }
            }
        }
    }

    /// Times two kinds of requests in turn, and compares them by the test of Mann and Whitney.
    ///
    /// - Parameter slack: a part of the median that the two may differ by all the same: reading the row of an account or a
    ///   registration takes a debug build tenths of a millisecond.
    private func compare(_ count: Int, slack: Double = 0, _ prepare: (Bool) throws -> () throws -> Void) throws {
        let clock = ContinuousClock()
        var times: [(isFirst: Bool, time: Duration)] = []
        for number in 0..<(2 * count) {
            let request = try prepare(number.isMultiple(of: 2))
            let start = clock.now
            try request()
            times.append((number.isMultiple(of: 2), clock.now - start))
        }
        let ranked = times.sorted { $0.time < $1.time }
        let rankSum = ranked.enumerated().filter(\.element.isFirst).reduce(0.0) { $0 + Double($1.offset + 1) }
        let n = Double(count)
        let u = rankSum - n * (n + 1) / 2
        let z = (u - n * n / 2) / (n * n * (2 * n + 1) / 12).squareRoot()
        // Two-sided: |z| beyond 2.576 has a chance of 0.01 when there is no difference.
        let medians = [true, false].map { kind in ranked.filter { $0.isFirst == kind }[count / 2].time }
        let difference = medians[0] > medians[1] ? medians[0] - medians[1] : medians[1] - medians[0]
        #expect(abs(z) < 2.576 || difference < medians[1] * slack, "z = \(z), medians \(medians)")
    }
}
