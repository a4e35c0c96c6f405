import FoundationEssentials

extension CSVReader {
    /// Reads a file.
    ///
    /// It is mapped into memory: it must not be cut short while it is read.
    ///
    /// - Throws: ``MasterFileError`` when it is no regular file or may not be read.
    public init(path: String) throws(MasterFileError) {
        // A FIFO or a device would be read for ever.
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)  // `nil`: not there, said below.
        guard let attributes else { throw MasterFileError("\(Text.shown(path, limit: 200)) is not there.") }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw MasterFileError("\(Text.shown(path, limit: 200)) is not a regular file; name the file itself.")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        } catch {
            throw MasterFileError("\(Text.shown(path, limit: 200)) may not be read; check its owner.")
        }
        var offset = data.startIndex
        self.init {
            guard offset < data.endIndex else { return nil }
            let end = min(offset + 65_536, data.endIndex)
            defer { offset = end }
            return Array(data[offset..<end])
        }
    }
}
