/// What browsers do with an attribute's value.
enum HTMLAttributeUse: Hashable, Sendable {
    case plain
    case url
    /// Script, style, markup, or a list of URLs: no escaping makes a value safe there.
    case forbidden

    /// Names are lower case.
    init(_ attribute: [UInt8], of tag: [UInt8]) {
        var name = String(decoding: attribute, as: UTF8.self)
        if name.hasPrefix("on") {
            self = .forbidden
            return
        }
        if let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) {
            name = String(name[name.utf8.index(after: colon)...])
        }
        switch name {
        case "href", "src", "action", "formaction", "cite", "poster", "data", "background", "longdesc", "manifest",
            "ping", "codebase", "classid", "icon", "archive", "profile", "usemap", "base", "dynsrc", "lowsrc":
            self = .url
        case "style", "srcdoc", "srcset", "imagesrcset", "http-equiv", "attributename":
            self = .forbidden
        case "values", "to", "from", "by":
            // SVG animation can set a link's address.
            let isAnimation = tag.starts(with: "animate".utf8) || tag.elementsEqual("set".utf8)
            self = isAnimation ? .forbidden : .plain
        default:
            self = .plain
        }
    }
}
