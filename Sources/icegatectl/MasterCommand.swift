public import ArgumentParser
import FoundationEssentials
import MariaDB
import MasterLoad
import Registration

struct MasterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "master",
        abstract: "Loads the IEC/GSTIN master, says beforehand what a load would do, and takes loads back.",
        discussion: "Example: icegatectl master load weekly.csv --mode=full",
        subcommands: [
            MasterCheckCommand.self, MasterLoadCommand.self, MasterLoadsCommand.self, MasterShowCommand.self,
            MasterDiffCommand.self, MasterRollbackCommand.self,
        ])

    /// Runs work with the master and turns what went wrong into words and an exit code.
    ///
    /// - Parameter file: the file that is read, if one is.
    static func reporting<T>(_ options: CommonOptions, _ file: String? = nil, _ body: () throws -> T) throws -> T {
        let place = file.map { "\($0): " } ?? ""
        do {
            return try options.reporting {
                do {
                    return try body()
                } catch MasterLoadError.database(let error) {
                    throw error
                }
            }
        } catch MasterLoadError.file(let error) {
            throw options.refused("\(place)\(error)")
        } catch let error as MasterFileError {
            throw options.refused("\(place)\(error)")
        } catch let error as MasterLoadError {
            throw options.refused(error.description)
        }
    }

    /// The account and the host of who runs this, for the record of the loads.
    static var operatorName: String { CommonOptions.operatorName.text }

    /// The name of a file for the record: without its folders.
    static func recordName(_ file: String) -> String { file == "-" ? "-" : URL(filePath: file).lastPathComponent }

    /// Where the report of refused rows goes when nobody says.
    static func rejectsPath(_ file: String) -> String { (file == "-" ? "stdin" : file) + ".rejects.csv" }
}

extension LoadOptions.Mode: ExpressibleByArgument {}

extension [UInt8] {
    /// As sha256sum(1) writes it.
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
