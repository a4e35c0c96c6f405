public import FoundationEssentials

/// Times as registrants read them: Indian Standard Time, five and a half hours ahead of UTC all the year.
public enum IndianTime {
    /// "22-11-2026, 10:42 IST".
    public static func dateAndTime(_ date: Date) -> String {
        "\(dayAndMonth(date))-\(parts(of: date).year), \(time(date))"
    }

    /// "10:42 IST".
    public static func time(_ date: Date) -> String { "\(clock(date)) IST" }

    /// "20261122".
    public static func compactDate(_ date: Date) -> String {
        let (year, month, day, _, _) = parts(of: date)
        return "\(year)\(padded(month))\(padded(day))"
    }

    /// "10:42", where it is plain which time is meant.
    public static func clock(_ date: Date) -> String {
        let (_, _, _, hour, minute) = parts(of: date)
        return "\(padded(hour)):\(padded(minute))"
    }

    /// "22-11".
    public static func dayAndMonth(_ date: Date) -> String {
        let (_, month, day, _, _) = parts(of: date)
        return "\(padded(day))-\(padded(month))"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func parts(of date: Date) -> (year: Int, month: Int, day: Int, hour: Int, minute: Int) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + 19_800
        let days = (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400
        let rest = seconds - days * 86_400
        // Civil date from a day count: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            rest / 3_600, rest % 3_600 / 60
        )
    }
}
