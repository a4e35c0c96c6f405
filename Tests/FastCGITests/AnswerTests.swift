import HTTP
import HTTPTypes
import Testing

@testable import FastCGI

@Suite("Answers")
struct AnswerTests {
    private func text(_ response: Response, isHead: Bool = false) -> String {
        let answer = Answer(response, isHead: isHead)
        return String(decoding: answer.head + answer.body, as: UTF8.self)
    }

    @Test("a response without a body says no length, and the handler's own length and status lines are left out")
    func encoding() throws {
        let odd: HTTPFields = [.contentLength: "999", .vary: "Cookie"]
        var response = Response(status: .noContent, headers: odd, body: [65])
        response.headers.append(HTTPField(name: try #require(HTTPField.Name("Status")), value: "500 Forged"))
        #expect(text(response) == "Status: 204 No Content\r\nVary: Cookie\r\n\r\n")
        response.status = .ok
        #expect(text(response) == "Status: 200 OK\r\nVary: Cookie\r\nContent-Length: 1\r\n\r\nA")
        #expect(text(response, isHead: true) == "Status: 200 OK\r\nVary: Cookie\r\nContent-Length: 1\r\n\r\n")
    }

    @Test("common fields stand between a response's own and its length")
    func commonFields() {
        var response = Response(status: .ok, headers: [.vary: "Cookie"], body: [65])
        response.common = HeaderBlock([HTTPField(name: .cacheControl, value: "no-store")])
        #expect(
            text(response) == "Status: 200 OK\r\nVary: Cookie\r\nCache-Control: no-store\r\nContent-Length: 1\r\n\r\nA")
    }

    @Test(
        "records hold all of an answer, wherever they are cut",
        arguments: [0, 1, 65_400, 65_528, 65_529, 131_056, 131_057, 200_000])
    func records(count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for fields: HTTPFields in [[:], [.vary: String(repeating: "x", count: 70_000)]] {
            let answer = Answer(Response(status: .ok, headers: fields, body: body), isHead: false)
            var rest = AnswerRecords.bytes(of: answer, requestID: 0x0102)[...]
            var stream: [UInt8] = []
            var types: [UInt8] = []
            while !rest.isEmpty {
                let header = Array(rest.prefix(8))
                let length = Int(header[4]) << 8 | Int(header[5])
                #expect(header[0] == 1 && Array(header[2...3]) == [1, 2] && Array(header[6...7]) == [0, 0])
                let content = rest.dropFirst(8).prefix(length)
                try #require(content.count == length)
                types.append(header[1])
                if header[1] == 6 {
                    stream += content
                } else {
                    #expect(Array(content) == Array(repeating: 0, count: 8))
                }
                rest = rest.dropFirst(8 + length)
            }
            #expect(stream == answer.head + answer.body)
            // The stream's content, its end, the request's end.
            #expect(types == Array(repeating: 6, count: (answer.count + 65_527) / 65_528 + 1) + [3])
        }
    }
}
