import FoundationEssentials

/// Reads the small files of a configuration.
enum PrivateFile {
    struct Fault: Error {
        /// What is wrong and what to do, to be put behind the file's name.
        let text: String
    }

    /// Whether systemd keeps the file for this service: its mode shows an access list, and nobody else comes near it. Source:
    /// systemd.exec(5), LoadCredential=.
    private static func isCredential(_ path: String) -> Bool {
        guard let directory = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"], directory.hasPrefix("/run/")
        else { return false }
        return path.hasPrefix(directory + "/") && !path.contains("/../")
    }

    /// Whether everybody on this host may read a file.
    static func isOpenToAll(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return ((attributes?[.posixPermissions] as? UInt) ?? 0) & 0o004 != 0
    }

    /// Reads a regular file whole.
    ///
    /// - Parameters:
    ///   - isSecret: refuse a file that the group or others may touch.
    ///   - limit: bytes.
    static func read(_ path: String, isSecret: Bool, limit: Int = 1 << 20) throws(Fault) -> [UInt8] {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: path)
        } catch {
            throw Fault(text: "is not there, or its directory may not be entered; check the path and its owner")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw Fault(text: "is not a regular file; name the file itself, not a link to it")
        }
        let permissions = (attributes[.posixPermissions] as? UInt) ?? 0o777
        guard !isSecret || permissions & 0o077 == 0 || isCredential(path) else {
            throw Fault(text: "may be read or written by others than its owner; chmod 0400 it")
        }
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            guard data.count <= limit else { throw Fault(text: "is larger than \(limit) bytes; check the path") }
            return Array(data)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(text: "may not be read by this program; check its owner")
        }
    }
}
