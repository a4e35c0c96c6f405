import FoundationEssentials
import MariaDB
import Registration

extension Store {
    /// Reads what the console shows, and notes who looked at it.
    public func consoleFigures(
        for administrator: AdministratorRecord, client: Client
    ) throws(StoreError) -> ConsoleFigures {
        try perform { (connection) throws(DatabaseError) in
            let now = try ConsoleQueries.now(on: &connection)
            let (hours, days) = try ConsoleQueries.activity(until: now, on: &connection)
            let figures = ConsoleFigures(
                takenAt: now, hours: hours, days: days, funnel: try ConsoleQueries.funnel(on: &connection),
                channels: try ConsoleQueries.channels(on: &connection),
                undelivered: try ConsoleQueries.undelivered(on: &connection),
                events: try ConsoleQueries.events(on: &connection), locks: try ConsoleQueries.locks(on: &connection),
                loads: try ConsoleQueries.loads(on: &connection))
            try AuditLog.add(
                .console, "shown", client: client, administratorID: administrator.id, on: &connection)
            return figures
        }
    }

    /// Notes a captcha that was answered wrongly.
    public func noteWrongCaptcha(client: Client) throws(StoreError) {
        try perform { (connection) throws(DatabaseError) in
            try AuditLog.add(.captcha, "wrong", client: client, on: &connection)
        }
    }
}
