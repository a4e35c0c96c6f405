/// One record of a CSV file.
public struct CSVRecord: Sendable, Equatable {
    /// The line on which it starts, from 1. Line ends inside quotes count.
    public let line: Int

    /// The fields without their quotes; at least one.
    public let fields: [String]

    /// The fields, from 0, that are not UTF-8; their text has U+FFFD where it is not.
    public let illFormedFields: [Int]
}
