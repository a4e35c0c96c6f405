/// Compares two pages of one template, of which one has harmless values: they must differ in texts and values alone.
public enum Breakout {
    /// Attributes whose value a browser takes for an address.
    private static let addresses: Set<String> = [
        "href", "src", "action", "formaction", "cite", "poster", "data", "background", "longdesc", "manifest", "ping",
        "xlink:href",
    ]

    /// Fails when the values of `page` change what `harmless` is.
    ///
    /// - Parameters:
    ///   - page: with values of any kind.
    ///   - harmless: with letters in place of each value that is not empty.
    public static func check(_ page: [UInt8], against harmless: [UInt8]) {
        let (found, expected) = (HTMLOutline(page), HTMLOutline(harmless))
        require(found.outline == expected.outline, "another page: \(found.outline), expected \(expected.outline)")
        require(found.texts.count == expected.texts.count, "another number of texts")
        for (one, other) in zip(found.attributes, expected.attributes) where addresses.contains(one.name) {
            check(address: one.value, against: other.value)
        }
    }

    private static func check(address: [UInt8], against harmless: [UInt8]) {
        let found = URLOutline(CharacterReferences.resolved(address))
        let expected = URLOutline(CharacterReferences.resolved(harmless))
        let shown = "\(String(decoding: address, as: UTF8.self)) for \(String(decoding: harmless, as: UTF8.self))"
        // A letter is no address, so that it shows where a value is the whole of one.
        guard expected.scheme == "about" else {
            return require(found == expected, "another address: \(shown)")
        }
        switch found.scheme {
        case nil: require(found.host == nil, "another host: \(shown)")
        case "about": require(found == expected, "another address: \(shown)")
        case "https", "http", "mailto", "tel": break
        default: require(false, "a scheme that runs: \(shown)")
        }
        // A query or fragment of the template's own is still there.
        require(found.hasFragment || !expected.hasFragment, "the fragment is lost: \(shown)")
    }
}
