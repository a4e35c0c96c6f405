import HTMLTemplate
import Registration

/// What is wrong with a form that was sent: gathered field by field, all of it shown at once.
struct FormErrors {
    private(set) var summary: [ErrorSummaryItem] = []
    private var byField: [String: [Message]] = [:]

    var isEmpty: Bool { summary.isEmpty }

    /// Adds an error of a field.
    mutating func add(_ message: Message, to field: String) {
        summary.append(ErrorSummaryItem(message: message, fieldID: field))
        byField[field, default: []].append(message)
    }

    /// Adds an error of the form as a whole.
    mutating func add(_ message: Message) { summary.append(ErrorSummaryItem(message: message)) }

    /// Reads a field as a value of the domain, and notes what it refuses.
    mutating func read<Value>(_ field: String, _ make: () throws(InvalidValue) -> Value) -> Value? {
        do {
            return try make()
        } catch {
            for violation in error.violations { add(Message(violation), to: field) }
            return nil
        }
    }

    /// What a field shows again.
    func state(of field: String, value: String = "") -> FieldState {
        FieldState(value: value, errors: byField[field] ?? [])
    }

    /// The messages of a field.
    func messages(of field: String) -> [Message] { byField[field] ?? [] }
}

extension Message {
    /// A broken rule, in the words that the catalogues translate.
    init(_ violation: RuleViolation) { self.init(id: violation.explanation) }
}
