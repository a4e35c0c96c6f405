/// Looks through the records of one request before libfcgi reads them.
///
/// libfcgi trusts its peer: a `FCGI_GET_VALUES` record with four known names overruns 64 bytes of its stack, a name-value
/// pair may ask for 4 GB, a read that never ends holds the thread, and a stream that breaks off between two parameters
/// counts as whole. It forgets the padding of the two records behind which it turns to another stream, and reads it as
/// records that nobody looked at. So nothing reaches it but one whole responder request, in order, of one id, with no
/// padding there. nginx sends nothing else.
///
/// Bytes are given in pieces of any size. Source: FastCGI specification sections 3.3, 3.4, 5.
struct RecordScanner {
    /// What is known after a piece.
    enum Verdict: Equatable {
        /// More bytes are needed.
        case incomplete
        /// The request can be handed to libfcgi; `mayKeep` tells whether the connection ends exactly where the request does.
        case whole(mayKeep: Bool)
        /// The connection is to be closed.
        case refused
    }

    /// The bytes, records and padding together, beyond which a request is refused: less than a socket's buffer holds.
    static let byteLimit = 131_072

    /// Whether a NUL was seen in a parameter, which a C string would hide.
    private(set) var parametersHoldNUL = false

    private enum Stage { case begin, parameters, body }

    private let bodyLimit: Int
    private var stage = Stage.begin
    private var requestID: UInt16 = 0
    private var header: [UInt8] = []
    private var content = 0
    private var padding = 0
    private var total = 0
    private var bodyBytes = 0
    private var begin: [UInt8] = []
    private var lengths: [UInt8] = []
    private var pairRest = 0

    /// Makes a scanner of one request.
    ///
    /// - Parameter bodyLimit: a body longer than this is not waited for: the request is handed on to be refused.
    init(bodyLimit: Int) {
        self.bodyLimit = bodyLimit
        header.reserveCapacity(8)
    }

    /// Looks at the next piece.
    ///
    /// - Parameters:
    ///   - buffer: holds the piece at its start.
    ///   - count: the piece's bytes, at most the buffer's.
    mutating func scan(_ buffer: [UInt8], count: Int) -> Verdict {
        // `count` and the positions below stay under the buffer's size, the sums under `byteLimit` plus one buffer.
        let count = min(count, buffer.count)
        total += count
        var position = 0
        while position < count {
            if content > 0 {
                let end = position + min(content, count - position)
                guard take(buffer[position..<end]) else { return .refused }
                content -= end - position
                position = end
                if stage == .body, bodyBytes > bodyLimit { return .whole(mayKeep: false) }
            } else if padding > 0 {
                let step = min(padding, count - position)
                padding -= step
                position += step
            } else {
                header.append(buffer[position])
                position += 1
                guard header.count == 8 else { continue }
                guard let isLast = takeHeader() else { return .refused }
                if isLast { return .whole(mayKeep: padding == 0 && position == count) }
            }
        }
        return total >= Self.byteLimit ? .refused : .incomplete
    }

    /// Takes a record's header; `nil` refuses it, `true` is the end of the request.
    private mutating func takeHeader() -> Bool? {
        defer { header.removeAll(keepingCapacity: true) }
        let id = UInt16(header[2]) << 8 | UInt16(header[3])
        content = Int(header[4]) << 8 | Int(header[5])
        padding = Int(header[6])
        guard header[0] == 1, id != 0 else { return nil }
        switch (header[1], stage) {
        case (RecordType.beginRequest, .begin):
            guard requestID == 0, content == 8, padding == 0 else { return nil }
            requestID = id
            return false
        case (RecordType.parameters, .begin):
            guard id == requestID else { return nil }
            stage = .parameters
        case (RecordType.parameters, .parameters), (RecordType.standardInput, .body):
            guard id == requestID else { return nil }
        default:
            return nil
        }
        guard content == 0 else { return false }
        if stage == .body { return true }
        guard lengths.isEmpty, pairRest == 0, padding == 0 else { return nil }
        stage = .body
        return false
    }

    /// Takes content of the record that was begun; `false` refuses it.
    private mutating func take(_ piece: ArraySlice<UInt8>) -> Bool {
        switch stage {
        case .begin:
            begin.append(contentsOf: piece)
            // Role 1 is a responder. A record of 8 bytes was asked for, so all is here once 8 are.
            return begin.count < 2 || (begin[0] == 0 && begin[1] == 1)
        case .parameters:
            return takeParameters(piece)
        case .body:
            bodyBytes += piece.count
            return true
        }
    }

    private mutating func takeParameters(_ piece: ArraySlice<UInt8>) -> Bool {
        var position = piece.startIndex
        while position < piece.endIndex {
            if pairRest > 0 {
                let end = position + min(pairRest, piece.endIndex - position)
                if piece[position..<end].contains(0) { parametersHoldNUL = true }
                pairRest -= end - position
                position = end
            } else if lengths.isEmpty, position + 1 < piece.endIndex, (piece[position] | piece[position + 1]) < 0x80 {
                // Both lengths of one byte, and both here: nearly all.
                pairRest = Int(piece[position]) + Int(piece[position + 1])
                position += 2
            } else {
                lengths.append(piece[position])
                position += 1
                guard let pair = Self.pairLength(lengths) else { continue }
                guard pair <= Self.byteLimit else { return false }
                lengths.removeAll(keepingCapacity: true)
                pairRest = pair
            }
        }
        return true
    }

    /// The bytes of a name and its value from their two lengths, of 1 or 4 bytes each; `nil` as long as some are missing.
    private static func pairLength(_ bytes: [UInt8]) -> Int? {
        var rest = bytes[...]
        func next() -> Int? {
            guard let first = rest.first else { return nil }
            guard first & 0x80 != 0 else {
                rest = rest.dropFirst()
                return Int(first)
            }
            guard rest.count >= 4 else { return nil }
            defer { rest = rest.dropFirst(4) }
            return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        }
        guard let name = next(), let value = next() else { return nil }
        // Two numbers of 31 bits: the sum fits into 64.
        return name + value
    }
}

/// The record types that a request is made of. Source: FastCGI specification section 8.
enum RecordType {
    static let beginRequest: UInt8 = 1
    static let parameters: UInt8 = 4
    static let standardInput: UInt8 = 5
}
