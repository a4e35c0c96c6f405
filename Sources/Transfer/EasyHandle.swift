import CCurl
import Glibc

/// The owner of one easy handle of libcurl, with the connections that it keeps open.
///
/// Source: libcurl-easy(3), libcurl-thread(3): one thread at a time may use a handle.
@safe struct EasyHandle: ~Copyable {
    private let pointer: OpaqueCURL

    typealias OpaqueCURL = UnsafeMutableRawPointer

    /// `curl_global_init`, once in the process's life.
    private static let library = ccurl_start()

    /// Makes a handle; `nil` when there is no memory for one.
    init?() {
        guard Self.library == CURLE_OK, let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe curl_easy_cleanup(pointer) }

    /// Runs one exchange with a peer, over a connection of the handle when one still stands.
    ///
    /// - Parameters:
    ///   - exchange: what goes out; takes what comes in.
    ///   - list: the strings that an option wants.
    ///   - configure: sets what is special to the exchange.
    func perform(
        _ exchange: Exchange, with peer: Peer, list: (option: CURLoption, texts: [String]),
        _ configure: (borrowing Options) -> Void
    ) throws(TransferError) {
        // Options go, connections stay.
        unsafe curl_easy_reset(pointer)
        let options = unsafe Options(pointer: pointer)
        Self.set(peer, on: options)
        configure(options)
        let texts = StringList(list.texts)
        options.note(unsafe texts.set(list.option, of: pointer))
        // Alive until the end of this function, and given to callbacks that curl_easy_perform calls alone.
        let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        unsafe options.note(ccurl_set_reader(pointer, Self.read, context))
        unsafe options.note(ccurl_set_writer(pointer, Self.write, context))
        unsafe options.note(ccurl_set_observer(pointer, Self.observe, context))
        guard options.areSet else { throw TransferError(curl: CURLE_FAILED_INIT, status: 0, exchange: exchange) }
        let code = unsafe curl_easy_perform(pointer)
        withExtendedLifetime(exchange) {}
        // libcurl reads the list during the exchange, and does not copy it.
        _ = consume texts
        exchange.status = unsafe ccurl_response_code(pointer)
        guard code == CURLE_OK else {
            abandonConnection()
            throw TransferError(curl: code, status: exchange.status, exchange: exchange)
        }
    }

    /// Makes a connection useless on which a peer owes an answer.
    ///
    /// libcurl keeps it after a time-out, would send the next mail over it, and waits two minutes for an answer to its
    /// farewell before it lets go of it. A socket that was shut down is found dead at once.
    private func abandonConnection() {
        let socket = unsafe ccurl_active_socket(pointer)
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// What holds for every peer: its certificate and name are checked, old TLS is refused, nothing is followed.
    private static func set(_ peer: Peer, on options: borrowing Options) {
        options.set(CURLOPT_URL, peer.url)
        // Nothing but what the caller means, whatever the environment or a home directory says.
        options.set(CURLOPT_PROTOCOLS_STR, peer.protocols)
        options.set(CURLOPT_PROXY, "")
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, peer.connectTimeout.milliseconds)
        options.set(CURLOPT_TIMEOUT_MS, peer.timeout.milliseconds)
        options.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        options.set(CURLOPT_SSL_VERIFYPEER, 1)
        options.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let authorities = peer.authorities { options.set(CURLOPT_CAINFO, authorities) }
        if let credentials = peer.credentials {
            options.set(CURLOPT_USERNAME, credentials.user)
            options.set(CURLOPT_PASSWORD, credentials.password)
        }
    }

    private static let read: ccurl_transfer = { bytes, size, count, context in
        // Both are what `perform` gave: libcurl's buffer of size * count bytes, and an exchange that outlives the call.
        guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let part = exchange.next(size * count)
        unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count).copyBytes(from: part)
        return part.count
    }

    private static let write: ccurl_transfer = { bytes, size, count, context in
        guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        // Another number than was given ends the exchange with an error (CURLOPT_WRITEFUNCTION(3)).
        return exchange.take(unsafe Array(part)) ? size * count : 0
    }

    private static let observe: ccurl_debug = { _, type, bytes, count, context in
        guard type == CURLINFO_HEADER_OUT, let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let line = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().sent(unsafe Array(line.prefix(4)))
        return 0
    }

    /// Sets options of the handle, and remembers whether one was not taken.
    @safe final class Options {
        private let pointer: OpaqueCURL
        private(set) var areSet = true

        fileprivate init(pointer: OpaqueCURL) { unsafe self.pointer = pointer }

        func set(_ option: CURLoption, _ text: String) { note(unsafe ccurl_set_text(pointer, option, text)) }

        func set(_ option: CURLoption, _ number: Int) { note(unsafe ccurl_set_number(pointer, option, number)) }

        func setBody(_ bytes: [UInt8]) { note(unsafe ccurl_set_copied_body(pointer, bytes, bytes.count)) }

        fileprivate func note(_ code: CURLcode) { if code != CURLE_OK { areSet = false } }
    }
}

/// The owner of a list of strings.
@safe private struct StringList: ~Copyable {
    private var first: UnsafeMutablePointer<curl_slist>?

    /// Copies the strings; without memory, the list is the part of them that there is memory for.
    init(_ texts: [String]) {
        for text in texts { unsafe first = curl_slist_append(first, text) ?? first }
    }

    deinit { unsafe curl_slist_free_all(first) }

    borrowing func set(_ option: CURLoption, of curl: UnsafeMutableRawPointer) -> CURLcode {
        unsafe ccurl_set_list(curl, option, first)
    }
}

/// What goes to a peer and comes from it in one exchange.
final class Exchange {
    private let outgoing: [UInt8]
    private var offset = 0
    private let limit: Int
    private(set) var incoming: [UInt8] = []
    /// The first letters of the last command, such as `RCPT`; empty before the first.
    private(set) var lastCommand = ""
    /// Whether all of the body was given to libcurl.
    var isSent: Bool { offset == outgoing.count }
    /// What the peer answered last: a status of HTTP or SMTP; 0 for nothing.
    var status = 0

    /// - Parameter limit: the longest answer in bytes.
    init(outgoing: [UInt8] = [], limit: Int) {
        self.outgoing = outgoing
        self.limit = limit
    }

    fileprivate func next(_ count: Int) -> ArraySlice<UInt8> {
        let part = outgoing[offset..<min(offset + count, outgoing.count)]
        offset = part.endIndex
        return part
    }

    fileprivate func take(_ bytes: [UInt8]) -> Bool {
        guard incoming.count + bytes.count <= limit else { return false }
        incoming += bytes
        return true
    }

    fileprivate func sent(_ line: [UInt8]) {
        // libcurl takes its leave by itself when a command was refused.
        if line != Array("QUIT".utf8) { lastCommand = String(decoding: line, as: UTF8.self) }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
