import Fuzzing
import HTTP
import HTTPTypes

/// Forms and cookies are read as the standards say, and what is written is read back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let bytes = input.remainder()
    checkForm(bytes)
    checkCookies(bytes)
    guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }

    // A name and a value of any text: printed, they are read back as they were.
    let fields = Parameters([("field", text)])
    let again = try? Parameters.decode(
        urlEncoded: Array(fields.urlEncoded().utf8), limits: ParameterLimits(fieldBytes: .max))
    require(text.utf8.contains(0) ? again == nil : again == fields, "printed and read: \(again?["field"] ?? "nothing")")

    let location = Response.seeOther(text).headers[.location] ?? ""
    let isLocal = location.hasPrefix("/") && !location.hasPrefix("//") && !location.hasPrefix("/\\")
    require(isLocal && location.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a way out: \(location)")

    if let cookie = SetCookie(name: "session", value: text, isSecure: true) {
        require(
            cookie.headerValue == "session=\(text); Path=/; HttpOnly; SameSite=Lax; Secure", "\(cookie.headerValue)")
        require(Cookies.parse(Array("session=\(text)".utf8))["session"] == text, "a cookie is not read back: \(text)")
    }
    if let cookie = SetCookie(name: text, value: "v", isSecure: true) {
        require(Cookies.parse(Array("\(text)=v".utf8))[text] == "v", "a cookie is not read back: \(text)")
        require(!cookie.headerValue.utf8.contains { $0 < 0x20 || $0 > 0x7E }, "\(cookie.headerValue)")
    }
    return 0
}

private let limits = ParameterLimits(fields: 4, fieldBytes: 16, passwordBytes: 24, textBytes: 32)

private func checkForm(_ bytes: [UInt8]) {
    let expected = FormFields.read(bytes, limits: limits)
    do throws(RequestError) {
        let read = try Parameters.decode(urlEncoded: bytes, limits: limits)
        let fields = read.names.map { FormFields.Field(name: $0, value: read[$0] ?? "") }
        require(expected == fields, "read \(fields), expected \(String(describing: expected))")
        let again = try? Parameters.decode(urlEncoded: Array(read.urlEncoded().utf8), limits: limits)
        require(again == read, "printed and read, the fields are others")
    } catch {
        require(expected == nil, "refused for \(error.reason), expected \(String(describing: expected))")
        require([400, 413].contains(error.status.code), "the status \(error.status)")
    }
}

private func checkCookies(_ bytes: [UInt8]) {
    let cookies = Cookies.parse(bytes)
    for name in cookies.names {
        let value = cookies[name] ?? ""
        // Once, as a whole pair, with blanks and quotes round it at most.
        let pairs = bytes.split(separator: UInt8(ascii: ";")).map { String(decoding: $0, as: UTF8.self) }
        let found = pairs.filter { pair in
            let sides = pair.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, trimmed(sides[0]) == name else { return false }
            return [value, "\"\(value)\""].contains(trimmed(sides[1]))
        }
        require(found.count == 1, "the cookie \(name)=\(value) stands there \(found.count) times")
        require(SetCookie(name: name, value: value, isSecure: true) != nil, "a cookie that is never set: \(name)")
    }
}

private func trimmed(_ text: Substring.UTF8View) -> String {
    var bytes = Array(text)[...]
    while bytes.first == 0x20 || bytes.first == 0x09 { bytes.removeFirst() }
    while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}
