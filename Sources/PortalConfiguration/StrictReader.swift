internal import Configuration

/// Reads keys and refuses what does not parse, where `ConfigReader` would fall back on a default.
///
/// Problems are collected: after one, reading goes on with the default or an empty value.
struct StrictReader {
    private(set) var problems: [String]
    private(set) var read: Set<String> = []
    private let reader: ConfigReader

    /// The environment counts before the file; an empty value is the same as none.
    init(file: ConfigurationFile, environment: [String: String], keys: [ConfigurationKey]) {
        problems = file.problems
        let names = Set(keys.map(\.name))
        let secrets = SecretsSpecifier<String, String>.specific(Set(keys.filter(\.isSecret).map(\.name)))
        // Names of other programs are taken out: the provider would trap on none of them, but need not hold them.
        let environment = environment.filter { names.contains($0.key) && !$0.value.isEmpty }
        reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: environment, secretsSpecifier: secrets),
            EnvironmentVariablesProvider(
                environmentVariables: file.values.filter { !$0.value.isEmpty }, secretsSpecifier: secrets),
        ])
    }

    mutating func add(problem: String) { problems.append(problem) }

    /// The value as it is written, or the default.
    mutating func text(_ key: ConfigurationKey) -> String? {
        read.insert(key.name)
        guard let value = reader.string(forKey: ConfigKey([key.name]), isSecret: key.isSecret) ?? key.defaultValue
        else { return nil }
        let isFit: Bool =
            switch key.kind {
            case .path: value.utf8.first == UInt8(ascii: "/")
            case .word(let words): words.contains(value)
            case .text, .secret: true
            case .number, .seconds: Self.number(value) != nil
            }
        guard isFit else {
            refuse(key)
            return nil
        }
        return value
    }

    /// The value as it is written; a problem when there is none.
    mutating func required(_ key: ConfigurationKey) -> String {
        let before = problems.count
        guard let value = text(key) else {
            if problems.count == before { miss(key) }
            return ""
        }
        return value
    }

    /// A number in the key's range; the lower bound beside a problem; `nil` without value and default.
    mutating func number(_ key: ConfigurationKey) -> Int? {
        guard let value = text(key) else { return nil }
        switch key.kind {
        case .number(let range), .seconds(let range):
            guard let number = Self.number(value), range.contains(number) else {
                refuse(key)
                return nil
            }
            return number
        case .text, .path, .secret, .word:
            return nil
        }
    }

    /// A number that has a default; 0 beside a problem.
    mutating func count(_ key: ConfigurationKey) -> Int { number(key) ?? 0 }

    /// A number of seconds that has a default; zero beside a problem.
    mutating func duration(_ key: ConfigurationKey) -> Duration { .seconds(number(key) ?? 0) }

    /// A secret that stands in the configuration or in a file that the configuration names.
    mutating func secret(_ key: ConfigurationKey, file fileKey: ConfigurationKey) -> Secret? {
        let direct = text(key)
        guard let path = text(fileKey) else { return direct.map(Secret.init) }
        guard direct == nil else {
            problems.append("\(key.name) and \(fileKey.name) are both set; remove one of them.")
            return nil
        }
        do throws(PrivateFile.Fault) {
            var bytes = try PrivateFile.read(path, isSecret: true, limit: 1024)
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
            guard !bytes.isEmpty, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }),
                let value = String(validating: bytes, as: UTF8.self)
            else {
                problems.append(
                    "\(fileKey.name) \(path) does not hold one line of UTF-8 text; write the password there.")
                return nil
            }
            return Secret(value)
        } catch {
            problems.append("\(fileKey.name) \(path) \(error.text).")
            return nil
        }
    }

    mutating func miss(_ key: ConfigurationKey) {
        problems.append("\(key.name) is not set and has no default; set it to \(key.expectation). \(key.meaning)")
    }

    private mutating func refuse(_ key: ConfigurationKey) {
        problems.append("\(key.name) must be \(key.expectation); mend its value.")
    }

    /// ASCII digits alone: `Int("+5")` is 5.
    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
