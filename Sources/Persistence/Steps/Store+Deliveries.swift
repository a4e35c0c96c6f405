import MariaDB
import Registration

extension Store {
    /// How far the messages of a pair have come, the newest of each channel.
    public func deliveries(of pair: OTPPairRecord) throws(StoreError) -> [Delivery] {
        try perform { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                SELECT o.channel, o.state, o.ended_at, o.ended_at IS NULL AND c.stopped_at IS NOT NULL
                FROM outbox o LEFT JOIN delivery_channels c ON c.channel = o.channel
                WHERE o.otp_pair_id = \(pair.id) ORDER BY o.channel, o.id
                """)
            var deliveries: [Delivery] = []
            for row in rows {
                let delivery = Delivery(
                    channel: try row.get(0), state: try row.get(1), endedAt: try row.get(2), isHeldUp: try row.get(3))
                if deliveries.last?.channel == delivery.channel { deliveries.removeLast() }
                deliveries.append(delivery)
            }
            return deliveries
        }
    }
}
