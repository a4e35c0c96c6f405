import CMariaDB

import struct FoundationEssentials.Date

/// A point in time as year to microsecond of the proleptic Gregorian calendar in UTC, which is how DATETIME travels.
///
/// Source: the day count is Howard Hinnant's, https://howardhinnant.github.io/date_algorithms.html (days_from_civil).
enum CalendarTime {
    private static let microsecondsPerDay: Int64 = 86_400_000_000
    /// Days from 0000-03-01 to 2001-01-01, the day from which `Date` counts.
    private static let referenceDay: Int64 = 730_791
    /// Seconds of 0001-01-01 and of the end of 9999-12-31 from the reference day.
    private static let range: Range<Double> = -63_113_904_000..<252_423_993_600

    /// The time of `date`, rounded to the microsecond; `nil` outside years 1 to 9999.
    static func time(of date: Date) -> MYSQL_TIME? {
        let interval = date.timeIntervalSinceReferenceDate
        guard range.contains(interval) else { return nil }
        // Apart, because the product of both would be rounded once more: a microsecond off from the year 2137.
        let seconds = interval.rounded(.down)
        let microseconds = Int64(seconds) * 1_000_000 + Int64(((interval - seconds) * 1_000_000).rounded())
        guard microseconds < Int64(range.upperBound) * 1_000_000 else { return nil }
        let day = floorDivide(microseconds, microsecondsPerDay) + referenceDay
        let inDay = microseconds - (day - referenceDay) * microsecondsPerDay

        let era = floorDivide(day, 146_097)
        let dayOfEra = day - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9

        var time = MYSQL_TIME()
        time.year = UInt32(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
        time.month = UInt32(month)
        time.day = UInt32(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        time.hour = UInt32(inDay / 3_600_000_000)
        time.minute = UInt32(inDay / 60_000_000 % 60)
        time.second = UInt32(inDay / 1_000_000 % 60)
        time.second_part = UInt(inDay % 1_000_000)
        time.time_type = MYSQL_TIMESTAMP_DATETIME
        return time
    }

    /// The date of `time`; `nil` for a time that is none, such as 0000-00-00.
    static func date(of time: MYSQL_TIME) -> Date? {
        guard (1...9999).contains(time.year), (1...12).contains(time.month), (1...31).contains(time.day),
            time.hour < 24, time.minute < 60, time.second < 60, time.second_part < 1_000_000
        else { return nil }
        let month = Int64(time.month)
        let year = Int64(time.year) - (month <= 2 ? 1 : 0)
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(time.day) - 1
        let day = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - referenceDay
        let seconds = Int64(time.hour) * 3600 + Int64(time.minute) * 60 + Int64(time.second)
        let microseconds = day * microsecondsPerDay + seconds * 1_000_000 + Int64(time.second_part)
        return Date(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000)
    }

    private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let quotient = dividend / divisor
        return dividend % divisor < 0 ? quotient - 1 : quotient
    }
}
