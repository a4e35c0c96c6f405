import MariaDB
import Registration

extension Store {
    /// How far the messages of a pair have come, the newest of each channel.
    public func deliveries(of pair: OTPPairRecord) throws(StoreError) -> [Delivery] {
        try perform { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                SELECT channel, state, ended_at FROM outbox
                WHERE id IN (SELECT MAX(id) FROM outbox WHERE otp_pair_id = \(pair.id) GROUP BY channel)
                ORDER BY channel
                """)
            var deliveries: [Delivery] = []
            for row in rows {
                deliveries.append(
                    Delivery(channel: try row.get(0), state: try row.get(1), endedAt: try row.get(2)))
            }
            return deliveries
        }
    }
}
