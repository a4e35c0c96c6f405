import HTTP

/// `application/x-www-form-urlencoded` as https://url.spec.whatwg.org/#urlencoded-parsing has it, and what
/// `Parameters.decode` says that it refuses.
enum FormFields {
    struct Field: Equatable {
        var name: String
        var value: String

        static func == (one: Field, other: Field) -> Bool {
            // By bytes: equal strings may be written in two ways.
            one.name.utf8.elementsEqual(other.name.utf8) && one.value.utf8.elementsEqual(other.value.utf8)
        }
    }

    /// - Returns: `nil` for what is to be refused.
    static func read(_ bytes: [UInt8], limits: ParameterLimits) -> [Field]? {
        var fields: [Field] = []
        for field in bytes.split(separator: UInt8(ascii: "&")) {
            let sides = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            // lynx sends fields without a name.
            if sides[0].isEmpty { continue }
            guard let name = decoded(sides[0]), let value = sides.count == 2 ? decoded(sides[1]) : "",
                let text = name.wholeMatch(of: /[!-~]+/), !name.contains("["), !name.contains("]")
            else { return nil }
            let isPassword = ["password", "new_password", "confirm_password"].contains(String(text.output))
            let limit =
                isPassword ? limits.passwordBytes : name == "feedback" ? limits.textBytes : limits.fieldBytes
            guard name.utf8.count <= limits.fieldBytes, value.utf8.count <= limit,
                isPassword || !value.utf8.contains(0), !fields.contains(where: { $0.name == name }),
                fields.count < limits.fields
            else { return nil }
            fields.append(Field(name: name, value: value))
        }
        return fields
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                let digits = bytes[index...].dropFirst().prefix(2)
                guard digits.count == 2,
                    digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }),
                    let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                decoded.append(byte)
                index += 3
            case UInt8(ascii: "+"):
                decoded.append(0x20)
                index += 1
            case let byte:
                decoded.append(byte)
                index += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
