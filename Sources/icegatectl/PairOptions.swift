import ArgumentParser
import Registration

/// One (IEC, GSTIN) pair, or none.
struct PairOptions: ParsableArguments {
    @Option(name: .long, help: "The IEC of one pair.")
    var iec: String?

    @Option(name: .long, help: "The GSTIN of one pair.")
    var gstin: String?

    func validate() throws {
        guard (iec == nil) == (gstin == nil) else { throw ValidationError("Give both --iec and --gstin.") }
    }

    /// The pair; `nil` when none was named.
    func pair() throws(ValidationError) -> (iec: IEC, gstin: GSTIN)? {
        guard let iec, let gstin else { return nil }
        do throws(InvalidValue) {
            return (try IEC(iec), try GSTIN(gstin))
        } catch {
            throw ValidationError(error)
        }
    }
}

extension ValidationError {
    /// What the domain says of a value that was typed.
    init(_ error: InvalidValue) { self.init(error.violations.map(\.explanation).joined(separator: " ")) }
}
