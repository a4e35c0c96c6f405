/// The request at the start of some bytes, read by the FastCGI specification's sections 3.3, 3.4, 5 and 8, all bytes at
/// once: what the scanner has to say of them. The padding that libfcgi forgets is refused, too.
enum RequestBytes {
    struct Whole {
        var parameters: [(name: [UInt8], value: [UInt8])]
        var body: [UInt8]
        /// Where the last record's content ends.
        var end: Int
        /// The last record's padding, whether it is there or not.
        var padding: Int
    }

    case incomplete
    case refused
    case bodyTooLong
    case whole(Whole)

    static func read(_ bytes: [UInt8], bodyLimit: Int) -> RequestBytes {
        var parameters: [UInt8] = []
        var body: [UInt8] = []
        var types: [UInt8] = []
        var place = 0
        while bytes.count - place >= 8 {
            let header = Array(bytes[place..<place + 8])
            let length = Int(header[4]) * 256 + Int(header[5])
            let content = Array(bytes.dropFirst(place + 8).prefix(length))
            guard header[0] == 1, header[2] != 0 || header[3] != 0 else { return .refused }
            if let first = types.first {
                // All of one id, in order: BEGIN, PARAMS until an empty one, STDIN until an empty one.
                guard first == 1, header[2...3] == bytes[2...3] else { return .refused }
                switch (types.last, header[1]) {
                case (1, 4), (4, 4), (0, 5), (5, 5): break
                default: return .refused
                }
            } else {
                guard header[1] == 1, length == 8, header[6] == 0 else { return .refused }
                guard content.count < 2 || content.starts(with: [0, 1]) else { return .refused }
            }
            types.append(header[1])
            if header[1] == 4 {
                parameters += content
                let (_, isRight, isWhole) = pairs(parameters)
                guard isRight, length > 0 || (isWhole && header[6] == 0) else { return .refused }
                // Stands for the end of the parameters.
                if length == 0 { types.append(0) }
            } else if header[1] == 5 {
                body += content
                if body.count > bodyLimit { return .bodyTooLong }
            }
            guard content.count == length else { return .incomplete }
            if header[1] == 5, length == 0 {
                let end = place + 8
                return .whole(
                    Whole(parameters: pairs(parameters).pairs, body: body, end: end, padding: Int(header[6])))
            }
            place += 8 + length + Int(header[6])
        }
        return .incomplete
    }

    /// - Returns: the pairs, whether none is longer than a request may be, and whether the last one is whole.
    private static func pairs(
        _ bytes: [UInt8]
    ) -> (pairs: [(name: [UInt8], value: [UInt8])], isRight: Bool, isWhole: Bool) {
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let name = length(&rest), let value = length(&rest) else { return (pairs, true, false) }
            guard name + value <= 131_072 else { return (pairs, false, false) }
            guard rest.count >= name + value else { return (pairs, true, false) }
            pairs.append((Array(rest.prefix(name)), Array(rest.dropFirst(name).prefix(value))))
            rest = rest.dropFirst(name + value)
        }
        return (pairs, true, true)
    }

    private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.first else { return nil }
        guard first >= 128 else { return Int(rest.removeFirst()) }
        guard rest.count >= 4 else { return nil }
        let number = rest.prefix(4).reduce(0) { $0 * 256 + Int($1) } - 0x8000_0000
        rest = rest.dropFirst(4)
        return number
    }
}
