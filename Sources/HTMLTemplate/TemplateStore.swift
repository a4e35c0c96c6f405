import Threading

/// The pages in use, which can be loaded again while they are being rendered.
public final class TemplateStore: Sendable {
    private let load: @Sendable () throws(TemplateLoadError) -> TemplateSet
    private let inUse: Monitor<TemplateSet>

    /// Loads a first time; `load` should read the catalogues too, so that `reload()` takes in both.
    public init(load: @escaping @Sendable () throws(TemplateLoadError) -> TemplateSet) throws(TemplateLoadError) {
        self.load = load
        inUse = Monitor(try load())
    }

    /// Loads pages and catalogues of these directories.
    public convenience init(
        directory: String, locales: String, languages: [String], pages: [any PageModel.Type],
        frame: (any TemplateModel.Type)? = nil
    ) throws(TemplateLoadError) {
        try self.init { () throws(TemplateLoadError) in
            let catalogues = try Catalogues(directory: locales, languages: languages)
            return try TemplateSet(directory: directory, catalogues: catalogues, pages: pages, frame: frame)
        }
    }

    /// The set in use; who has taken it keeps it, also past a `reload()`.
    public var current: TemplateSet {
        inUse.withLock { $0 }
    }

    /// Loads again and puts the new set in the old one's place; when it has problems, throws them and the old set
    /// stays.
    public func reload() throws(TemplateLoadError) {
        let new = try load()
        inUse.withLock { $0 = new }
    }
}
