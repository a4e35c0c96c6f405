import Fuzzing
import Glibc
import HTTP
import HTTPTypes

@testable import FastCGI

/// What the scanner lets through is what libfcgi reads of it, however the bytes arrive.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let pieceSize = Int(input.byte()) + 1
    // Half of the inputs are bytes as they come, half records with right headers.
    let bytes = input.byte() % 2 == 0 ? input.remainder() : records(&input)
    let expected = RequestBytes.read(bytes, bodyLimit: bodyLimit)

    var whole = RecordScanner(bodyLimit: bodyLimit)
    let verdict = whole.scan(bytes, count: bytes.count)
    var inPieces = RecordScanner(bodyLimit: bodyLimit)
    let (piecewise, isLastPiece) = scan(bytes, inPiecesOf: pieceSize, &inPieces)

    switch expected {
    case .incomplete:
        require(verdict == .incomplete && piecewise == .incomplete, "not whole, and \(verdict), \(piecewise)")
    case .refused:
        require(verdict == .refused && piecewise == .refused, "wrong, and \(verdict), \(piecewise)")
    case .bodyTooLong:
        let isHandedOn = verdict == .whole(mayKeep: false) && piecewise == .whole(mayKeep: false)
        require(isHandedOn, "a body over the limit, and \(verdict), \(piecewise)")
    case .whole(let request):
        let isAll = request.end == bytes.count && request.padding == 0
        require(verdict == .whole(mayKeep: isAll), "whole, and \(verdict)")
        guard case .whole(let mayKeep) = piecewise else { return unreachable(piecewise) }
        require(!mayKeep || !isLastPiece || isAll, "bytes follow, and the connection is kept")
        let holdsNUL = request.parameters.contains { $0.name.contains(0) || $0.value.contains(0) }
        require(whole.parametersHoldNUL == holdsNUL && inPieces.parametersHoldNUL == holdsNUL, "NUL: \(holdsNUL)")
        Library.shared.check(request, Array(bytes.prefix(request.end + request.padding)), holdsNUL: holdsNUL)
    }
    return 0
}

private let bodyLimit = 64

private func unreachable(_ verdict: RecordScanner.Verdict) -> CInt {
    require(false, "whole at once, in pieces \(verdict)")
    return 0
}

/// The scanner's word on bytes that come one piece after the other, and whether the last piece was needed for it.
private func scan(
    _ bytes: [UInt8], inPiecesOf size: Int, _ scanner: inout RecordScanner
) -> (verdict: RecordScanner.Verdict, isLastPiece: Bool) {
    var rest = bytes[...]
    while !rest.isEmpty {
        // As a worker has them: at the start of a buffer that is longer.
        let piece = Array(rest.prefix(size))
        rest = rest.dropFirst(piece.count)
        let verdict = scanner.scan(piece + [1, 5, 0, 1, 0, 0, 0, 0], count: piece.count)
        if verdict != .incomplete { return (verdict, rest.isEmpty) }
    }
    return (.incomplete, true)
}

/// Records of the kinds, ids and lengths that a request is made of, and now and then of others.
private func records(_ input: inout Input) -> [UInt8] {
    var bytes: [UInt8] = []
    while !input.isEmpty {
        let choice = input.byte()
        let type: UInt8 = [1, 4, 4, 5][Int(choice & 3)]
        let id: UInt8 = choice & 4 == 0 ? 1 : 2
        let content =
            type == 1 && choice & 8 == 0 ? [0, 1, choice >> 7, 0, 0, 0, 0, 0] : input.bytes(Int(input.byte()))
        let padding = choice & 16 == 0 ? 0 : input.byte()
        bytes += [1, choice & 32 == 0 ? type : input.byte(), 0, id, 0, UInt8(content.count), padding, 0]
        bytes += content + [UInt8](repeating: 0, count: Int(padding))
    }
    return bytes
}

/// libfcgi, given what the scanner let through.
private final class Library: Sendable {
    static let shared = Library()

    /// Initialises libfcgi as the product does, by starting a server.
    private init() {
        let path = "/tmp/fuzz-\(getpid()).sock"
        do {
            let server = Server(listener: try Listener.unixSocket(path: path), threads: 1) { _ in
                Response(status: .noContent)
            }
            try server.start()
            server.stop()
        } catch {
            require(false, "libfcgi is not initialised: \(error)")
        }
        unsafe unlink(path)
    }

    func check(_ request: RequestBytes.Whole, _ bytes: [UInt8], holdsNUL: Bool) {
        var ends: [Int32] = [-1, -1]
        let isMade = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0
        require(isMade, "no socket pair")
        defer { close(ends[1]) }
        // Far less than a socket's buffer holds.
        let written = unsafe send(ends[1], bytes, bytes.count, 0)
        require(written == bytes.count, "the request is not written")
        shutdown(ends[1], Int32(SHUT_WR))

        let exchange = Exchange()
        require(exchange.begin(ends[0]), "libfcgi refuses what the scanner let through")
        if !holdsNUL {
            // libfcgi keeps `NAME=value`, so that a name ends at its first equal sign.
            let pairs = request.parameters.map { pair in
                let text = pair.name + [UInt8(ascii: "=")] + pair.value
                let name = text.prefix { $0 != UInt8(ascii: "=") }
                return (name: Array(name), value: Array(text.dropFirst(name.count + 1)))
            }
            // Its own comes first.
            let all = [(name: Array("FCGI_ROLE".utf8), value: Array("RESPONDER".utf8))] + pairs
            let expected = all.prefix(parameterLimit + 1)
            let isASCII = expected.allSatisfy { $0.name.allSatisfy { $0 < 0x80 } }
            let read = exchange.parameters(limit: parameterLimit)
            require((read != nil) == isASCII, "names that are not ASCII: \(expected)")
            if let read {
                let names = read.places.map { Array(read.bytes[$0.name]) }
                let values = read.places.map { Array(read.bytes[$0.value]) }
                require(names == expected.map { $0.name }, "\(names), expected \(expected)")
                require(values == expected.map { $0.value }, "\(values), expected \(expected)")
            }
        }
        require(exchange.body(count: request.body.count) == request.body, "another body")
        let answer = Answer(Response(status: .ok, body: request.body), isHead: false)
        if exchange.finish(with: answer, mayKeep: true) { close(ends[0]) }
    }

    private let parameterLimit = 8
}
