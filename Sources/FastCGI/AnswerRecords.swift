/// An answer as FastCGI records: the stream of its bytes, the stream's end, the request's end.
///
/// Source: FastCGI Specification 1.0, sections 3.3, 5.3 and 5.5.
enum AnswerRecords {
    private static let standardOutput: UInt8 = 6
    private static let endRequest: UInt8 = 3
    private static let headerLength = 8
    /// A record's content is at most 65,535 bytes; a multiple of eight needs no padding.
    private static let longestContent = 65_528

    static func bytes(of answer: [UInt8], requestID: UInt16) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(answer.count + headerLength * (answer.count / longestContent + 4))
        func append(_ type: UInt8, _ content: ArraySlice<UInt8>) {
            let length = UInt16(truncatingIfNeeded: content.count)
            bytes += [
                1, type, UInt8(requestID >> 8), UInt8(requestID & 0xFF), UInt8(length >> 8), UInt8(length & 0xFF), 0, 0,
            ]
            bytes += content
        }
        var rest = answer[...]
        while !rest.isEmpty {
            append(standardOutput, rest.prefix(longestContent))
            rest = rest.dropFirst(longestContent)
        }
        append(standardOutput, [])
        // The program's status in four bytes, the protocol's in one: both are well. Three are reserved.
        append(endRequest, [0, 0, 0, 0, 0, 0, 0, 0])
        return bytes
    }
}
