import FastCGI
import Glibc
import HTTP
import HTTPTypes
import Testing

/// A server on a socket of its own that says what it was asked.
struct RunningServer {
    let path: String
    let server: Server

    init(threads: Int = 2, limits: Limits = Limits(), handler: Server.Handler? = nil) throws {
        path = "/tmp/fastcgi-\(getpid())-\(UInt64.random(in: 0 ... .max)).sock"
        server = Server(
            listener: try Listener.unixSocket(path: path), threads: threads, limits: limits,
            handler: handler ?? Self.echo)
        try server.start()
    }

    func stop() {
        server.stop()
        unsafe unlink(path)
    }

    /// Sends bytes on a new connection and gives what came back; `nil` when nothing came in time.
    func answer(to bytes: [UInt8], finishSending: Bool = false) throws -> String? {
        let client = try #require(RawClient(path: path))
        client.send(bytes)
        if finishSending { client.finishSending() }
        return client.receive().map { String(decoding: $0.output, as: UTF8.self) }
    }

    /// Whether a right request is answered.
    func isServing() throws -> Bool {
        try answer(to: Wire.request(Wire.get("/alive")))?.hasSuffix("GET /alive q= f= c=") ?? false
    }

    static let echo: Server.Handler = { request in
        switch request {
        case .success(let request):
            let text =
                "\(request.method.rawValue) \(request.path) q=\(request.query.urlEncoded()) "
                + "f=\(request.form.urlEncoded()) c=\(request.cookies["session"] ?? "")"
            return Response(status: .ok, headers: [.contentType: "text/plain"], body: Array(text.utf8))
        case .failure(let error):
            return Response(status: error.status, body: Array(error.reason.utf8))
        }
    }
}
