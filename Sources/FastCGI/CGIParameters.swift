/// The FastCGI parameters of a request as they were received, in their order.
///
/// Their bytes stand in one array, of which a name or a value is a range: a request has dozens, and nobody asks for most.
struct CGIParameters {
    /// Where a parameter is in ``bytes``.
    struct Place {
        let name: Range<Int>
        let value: Range<Int>
    }

    private(set) var bytes: [UInt8] = []
    private(set) var places: [Place] = []

    /// Room for what nginx sends of a browser's request.
    init() {
        bytes.reserveCapacity(2_048)
        places.reserveCapacity(40)
    }

    /// Adds a parameter.
    mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let end = bytes.count
        bytes.append(contentsOf: value)
        places.append(Place(name: start..<end, value: end..<bytes.count))
    }

    /// The value of the first parameter of a name, or `nil` when there is none.
    func value(of name: String) -> ArraySlice<UInt8>? {
        let wanted = name.utf8.span
        let all = bytes.span
        for place in places where all.extracting(place.name).equals(wanted) { return bytes[place.value] }
        return nil
    }

    /// Whether two parameters have one name.
    var holdsNameTwice: Bool {
        let all = bytes.span
        for (index, place) in places.enumerated() {
            let name = all.extracting(place.name)
            for other in places[..<index] where all.extracting(other.name).equals(name) { return true }
        }
        return false
    }
}

extension Span<UInt8> {
    /// Whether both hold the same bytes.
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        // From the end: most names begin with "HTTP_".
        for index in indices.reversed() where self[index] != other[index] { return false }
        return true
    }

    /// Whether the bytes begin with those of another one.
    func begins(with other: Span<UInt8>) -> Bool {
        count >= other.count && extracting(first: other.count).equals(other)
    }
}
