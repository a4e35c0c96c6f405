extension String {
    /// The text of bytes; `nil` when they are not UTF-8.
    ///
    /// `String(validating:)` takes a detour by generics; where the fault lies nobody asks.
    public init?(validUTF8 bytes: Span<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        self.init(copying: text)
    }
}
