import Fuzzing
import HTTP
import HTTPTypes

@testable import FastCGI

/// Requests that the portal gets to see hold only what their documentation says, and no body but a form's.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    // `NAME=value`, each ended by a NUL, an empty one ends them; then the body.
    var parameters: [(name: String, value: [UInt8])] = []
    var isLengthLeftOut = true
    while !input.isEmpty {
        let text = input.part()
        if text.isEmpty { break }
        let name = text.prefix { $0 != UInt8(ascii: "=") }
        guard let name = String(validating: name, as: UTF8.self) else { continue }
        parameters.append((name, Array(text.dropFirst(name.utf8.count + 1))))
        if name == "CONTENT_LENGTH" { isLengthLeftOut = false }
    }
    let body = input.remainder()
    // Most inputs are to get past it.
    if isLengthLeftOut { parameters.append(("CONTENT_LENGTH", Array(String(body.count).utf8))) }

    var received = CGIParameters()
    for (name, value) in parameters { received.append(name: name.utf8, value: value) }
    do throws(RequestError) {
        let head = try RequestHead(received, limits: limits)
        require(head.contentLength <= limits.bodyBytes, "a body of \(head.contentLength) bytes")
        if head.contentLength > 0 {
            let type = parameters.first { $0.name == "CONTENT_TYPE" }?.value ?? []
            require(isForm(type), "a body of the type \(String(decoding: type, as: UTF8.self))")
        }
        let request = try head.request(body: body)
        require(body.count == head.contentLength, "a body of another length than announced")
        check(request, parameters)
        if request.method != .post { require(request.form.isEmpty, "a form of \(request.method)") }
    } catch {
        require([400, 413, 414, 415].contains(error.status.code), "the status \(error.status)")
        require(error.reason.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a reason of other text")
    }
    return 0
}

private let limits = Limits(
    parameters: 12, parameterBytes: 2_048, bodyBytes: 256, pathBytes: 64,
    fields: ParameterLimits(fields: 4, fieldBytes: 32, passwordBytes: 48, textBytes: 64))

/// By the grammar of RFC 9110 section 8.3: a type, then perhaps blanks and parameters.
private func isForm(_ type: [UInt8]) -> Bool {
    let text = String(decoding: type.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    guard text.hasPrefix("application/x-www-form-urlencoded") else { return false }
    let rest = text.utf8.dropFirst("application/x-www-form-urlencoded".utf8.count)
    return rest.isEmpty || " \t;".utf8.contains(rest.first ?? 0)
}

private func check(_ request: Request, _ parameters: [(name: String, value: [UInt8])]) {
    let path = Array(request.path.utf8)
    require(path.first == UInt8(ascii: "/") && path.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "the path \(path)")
    let segments = path.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    require(!segments.contains(".") && !segments.contains(".."), "the path \(request.path)")

    check(request.query)
    check(request.form)
    require(Set(request.query.names).isDisjoint(with: request.form.names), "a field in the query and in the form")

    for field in request.headers {
        require(field.name.canonicalName != "cookie", "the cookies among the headers")
        require(field.value.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 }, "a header of two lines")
    }
    let isNumber =
        request.id.utf8.count == 32 && request.id.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    require(request.id.isEmpty || isNumber, "the id \(request.id)")
    require(request.isSecure == parameters.contains { $0.name == "HTTPS" && $0.value == Array("on".utf8) }, "HTTPS")
    for name in request.cookies.names {
        require(name.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "the cookie \(name)")
        let value = request.cookies[name] ?? ""
        require(value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3B }, "a cookie's value")
    }
}

private func check(_ fields: Parameters) {
    require(fields.names.count <= limits.fields.fields, "\(fields.names.count) fields")
    for name in fields.names {
        let isName = !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"[]".utf8.contains($0) }
        require(isName && name.utf8.count <= limits.fields.fieldBytes, "the name \(name)")
        let value = fields[name] ?? ""
        switch name {
        case "password", "new_password", "confirm_password":
            require(value.utf8.count <= limits.fields.passwordBytes, "a long password")
        default:
            require(!value.utf8.contains(0), "a NUL in \(name)")
            let limit = name == "feedback" ? limits.fields.textBytes : limits.fields.fieldBytes
            require(value.utf8.count <= limit, "a long value of \(name)")
        }
    }
    let again = try? Parameters.decode(urlEncoded: Array(fields.urlEncoded().utf8), limits: limits.fields)
    require(again == fields, "printed and read, the fields are others")
}
