/// A text for a person that is translated when it is written: an English text, which is its id, and the values of its
/// placeholders.
///
/// A placeholder is written `%{name}`. A placeholder without an argument is written as it stands.
public struct Message: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The value of one placeholder.
    public struct Argument: Sendable, Hashable {
        /// The name inside `%{…}`.
        public var name: String
        /// The text put in its place; escaped by position like every value.
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The English text, by which catalogues know the message.
    public var id: String
    /// The values of the placeholders, in any order.
    public var arguments: [Argument]

    /// A message from its id and arguments.
    public init(id: String, arguments: [Argument] = []) {
        self.id = id
        self.arguments = arguments
    }

    /// A message with arguments in literal form: `Message("%{tries} tries left.", ["tries": "3"])`.
    public init(_ id: String, _ arguments: KeyValuePairs<String, String> = [:]) {
        self.init(id: id, arguments: arguments.map { Argument(name: $0.key, value: $0.value) })
    }

    public init(stringLiteral id: String) {
        self.init(id: id)
    }

    func value(of name: String) -> String? {
        for argument in arguments where argument.name == name { return argument.value }
        return nil
    }
}
