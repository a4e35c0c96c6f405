import CFastCGI
import Glibc

/// libfcgi's state of one request after another: one for each worker, at one address for as long as the worker lives.
///
/// Connections are accepted elsewhere and put into the request, so that libfcgi never waits for one; a listening socket of
/// -1 makes it return where it would. Source: fcgiapp.h.
@safe struct Exchange: ~Copyable {
    private let request: UnsafeMutablePointer<FCGX_Request>

    init() {
        unsafe request = .allocate(capacity: 1)
        unsafe FCGX_InitRequest(request, -1, 0)
    }

    deinit {
        unsafe FCGX_Finish_r(request)
        unsafe request.deallocate()
    }

    /// Reads the parameters of the request that waits, whole, in a connection.
    ///
    /// - Returns: `false` when libfcgi refused it; it has closed the connection then.
    func begin(_ connection: Int32) -> Bool {
        unsafe request.pointee.ipcFd = connection
        // Without it, FCGX_Accept_r would first close the connection, as that of the request before.
        unsafe request.pointee.keepConnection = 1
        // A detached connection is closed at once. Otherwise libfcgi waits up to 2 s for the peer to close first, which a
        // Unix socket does not need: what was sent is in the peer's buffer already.
        unsafe FCGX_Detach(request)
        return unsafe FCGX_Accept_r(request) == 0
    }

    /// The parameters, in their order, at most `limit` and one more, so that too many can be told.
    ///
    /// - Returns: `nil` when a name is not ASCII.
    func parameters(limit: Int) -> CGIParameters? {
        var parameters = CGIParameters()
        guard var entry = unsafe request.pointee.envp else { return parameters }
        while parameters.places.count <= limit, let text = unsafe entry.pointee {
            unsafe entry += 1
            let bytes = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
            let sign = unsafe memchr(text, Int32(UInt8(ascii: "=")), bytes.count)
            let nameEnd = unsafe sign.map { unsafe UnsafeRawPointer($0) - UnsafeRawPointer(text) } ?? bytes.count
            let name = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<nameEnd])
            guard unsafe name.allSatisfy({ $0 < 0x80 }) else { return nil }
            unsafe parameters.append(name: name, value: UnsafeRawBufferPointer(rebasing: bytes[nameEnd...].dropFirst()))
        }
        return parameters
    }

    /// Reads the body.
    ///
    /// - Parameter count: the bytes that were announced.
    /// - Returns: the body, or `nil` when it is shorter or longer: libfcgi looks at no `CONTENT_LENGTH`.
    func body(count: Int) -> [UInt8]? {
        guard let wanted = Int32(exactly: count + 1) else { return nil }
        var body = [UInt8](repeating: 0, count: count + 1)
        let received = unsafe body.withUnsafeMutableBytes { bytes in
            unsafe FCGX_GetStr(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), wanted, request.pointee.in)
        }
        guard Int(received) == count, unsafe FCGX_GetError(request.pointee.in) == 0 else { return nil }
        body.removeLast()
        return body
    }

    /// Reads away what is left of the body, so that the connection can be used on.
    ///
    /// - Returns: `false` when its end did not come.
    func discardBody() -> Bool {
        var scratch = [CChar](repeating: 0, count: 4_096)
        let count = Int32(scratch.count)
        while unsafe FCGX_GetStr(&scratch, count, request.pointee.in) == count {}
        return unsafe FCGX_GetError(request.pointee.in) == 0
    }

    /// Ends the request with an answer, written at once: libfcgi would write each 8 KB by itself, and the end once more, and nginx
    /// would wake up for each.
    ///
    /// - Parameter mayKeep: whether the connection may be kept, if its peer asked for that and takes the answer.
    /// - Returns: whether the connection was kept; it is the caller's then. Otherwise it was closed.
    func finish(with answer: Answer, mayKeep: Bool) -> Bool {
        let id = unsafe UInt16(truncatingIfNeeded: request.pointee.requestId)
        let isSent = send(AnswerRecords.bytes(of: answer, requestID: id))
        let isKept = unsafe isSent && mayKeep && request.pointee.keepConnection != 0
        unsafe FCGX_Free(request, isKept ? 0 : 1)
        unsafe request.pointee.ipcFd = -1
        return isKept
    }

    /// - Returns: `false` when the peer has gone, or takes nothing for as long as the socket waits.
    private func send(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                let count = unsafe Glibc.send(
                    request.pointee.ipcFd, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
                    Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                unsafe rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
