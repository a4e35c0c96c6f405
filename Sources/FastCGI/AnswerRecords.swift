/// An answer as FastCGI records: the stream of its bytes, the stream's end, the request's end.
///
/// Source: FastCGI Specification 1.0, sections 3.3, 5.3 and 5.5.
enum AnswerRecords {
    private static let standardOutput: UInt8 = 6
    private static let endRequest: UInt8 = 3
    private static let headerLength = 8
    /// A record's content is at most 65,535 bytes; a multiple of eight needs no padding.
    private static let longestContent = 65_528

    static func bytes(of answer: Answer, requestID: UInt16) -> [UInt8] {
        let (head, body) = (answer.head, answer.body)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(answer.count + headerLength * (answer.count / longestContent + 4))
        func begin(_ type: UInt8, _ length: Int) {
            bytes += [
                1, type, UInt8(requestID >> 8), UInt8(requestID & 0xFF), UInt8(length >> 8), UInt8(length & 0xFF), 0, 0,
            ]
        }
        for start in stride(from: 0, to: answer.count, by: longestContent) {
            let end = min(start + longestContent, answer.count)
            begin(standardOutput, end - start)
            bytes += head[min(start, head.count)..<min(end, head.count)]
            bytes += body[max(start - head.count, 0)..<max(end - head.count, 0)]
        }
        begin(standardOutput, 0)
        begin(endRequest, headerLength)
        // The program's status in four bytes, the protocol's in one: both are well. Three are reserved.
        bytes += repeatElement(0, count: headerLength)
        return bytes
    }
}
