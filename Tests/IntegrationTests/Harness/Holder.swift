import Registration

/// An IEC holder as the master has one, number by number different from every other.
struct Holder: Sendable {
    let number: Int
    let iec: String
    var gstin: String
    var name: String
    var email: String
    var mobile: String
    var iecStatus = "valid"
    var gstinStatus = "ACT"

    /// The holder with a number from 0 to 9999.
    init(_ number: Int) {
        self.number = number
        let digits = String(String(10_000 + number).dropFirst())
        let iec = "ABCPK\(digits)L"
        let stem = "27\(iec)1Z"
        // One of the 36 check characters makes the number valid.
        let check = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".first { (try? GSTIN(stem + String($0))) != nil }
        self.iec = iec
        gstin = stem + String(check ?? "?")
        name = "Sample Exports \(number) & Sons"
        email = "holder\(digits)@example.com"
        mobile = "98765\(digits)0"
    }

    /// The row of the master file.
    var row: String { "\(iec),\(gstin),\(name),\(email),\(mobile),\(iecStatus),\(gstinStatus)\n" }

    /// The name that the holder chooses.
    var icegateID: String { "HOLDER_\(number)" }
    /// The password that the holder chooses.
    var password: String { "Mango-Tree-\(number + 10_000)!" }
}
