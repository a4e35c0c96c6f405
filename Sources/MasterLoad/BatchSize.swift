import MariaDB

/// How much of a load goes in one transaction.
///
/// On a cluster every node takes a transaction in as a whole, and other commits wait behind it: a quarter of what a single
/// server takes in at once kept the longest of them below 0.15 s.
struct BatchSize {
    /// Of what is sent: some 15,000 rows, or 4,000.
    let bytes: Int
    /// Of what the server copies or takes away by itself.
    let rows: Int

    init(for servers: Servers) {
        (bytes, rows) = servers.areSeveral ? (512 << 10, 5_000) : (2 << 20, 20_000)
    }
}
