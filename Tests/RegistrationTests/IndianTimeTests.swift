import FoundationEssentials
import Testing

@testable import Registration

@Suite("Indian time") struct IndianTimeTests {
    @Test(
        "is five and a half hours ahead of UTC, at every edge of the calendar",
        arguments: [
            (0, "01-01-1970, 05:30 IST"),
            (-19_800, "01-01-1970, 00:00 IST"),
            (-19_801, "31-12-1969, 23:59 IST"),
            (951_762_599, "28-02-2000, 23:59 IST"),
            (951_762_600, "29-02-2000, 00:00 IST"),
            (951_849_000, "01-03-2000, 00:00 IST"),
            (1_709_231_399, "29-02-2024, 23:59 IST"),
            (1_709_231_400, "01-03-2024, 00:00 IST"),
            (1_795_324_320, "22-11-2026, 10:42 IST"),
            (1_798_741_799, "31-12-2026, 23:59 IST"),
            (1_798_741_800, "01-01-2027, 00:00 IST"),
            (2_147_483_647, "19-01-2038, 08:44 IST"),
            (4_107_522_600, "01-03-2100, 00:00 IST"),
            (4_107_522_599, "28-02-2100, 23:59 IST"),
        ])
    func edges(seconds: Int, text: String) {
        #expect(IndianTime.dateAndTime(Date(timeIntervalSince1970: Double(seconds))) == text)
    }

    @Test("does not run ahead by a fraction of a second")
    func fractions() {
        #expect(IndianTime.dateAndTime(Date(timeIntervalSince1970: 1_798_741_799.999)) == "31-12-2026, 23:59 IST")
        #expect(IndianTime.time(Date(timeIntervalSince1970: -0.001)) == "05:29 IST")
    }

    @Test("without a date is the same hour and minute")
    func timeOnly() {
        #expect(IndianTime.time(Date(timeIntervalSince1970: 0)) == "05:30 IST")
        #expect(IndianTime.time(Date(timeIntervalSince1970: 1_798_741_800)) == "00:00 IST")
    }

    @Test("agrees with Foundation's calendar on every fifth day of two centuries")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 19_800))
        func padded(_ number: Int?) -> String {
            let text = String(number ?? -1)
            return text.utf8.count < 2 ? "0" + text : text
        }
        for day in stride(from: 0, to: 73_000, by: 5) {
            // Another minute of the day each time.
            let date = Date(timeIntervalSince1970: Double(day * 86_400 + day * 1_237 % 86_400))
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
            let expected =
                "\(padded(parts.day))-\(padded(parts.month))-\(padded(parts.year)), \(padded(parts.hour)):"
                + "\(padded(parts.minute)) IST"
            guard IndianTime.dateAndTime(date) == expected else {
                #expect(IndianTime.dateAndTime(date) == expected)
                return
            }
        }
    }
}
