import FoundationEssentials
import PortalConfiguration
import Transfer

/// What the portal leans on beside its database.
extension DoctorCommand {
    static func surroundings(of configuration: PortalConfiguration) -> [Finding] {
        disk() + [certificate(configuration)]
    }

    /// Whether relay and gateways can be connected to; nothing is sent.
    ///
    /// - Parameter configuration: as the portal reads it.
    static func peers(of configuration: PortalConfiguration) -> [Finding] {
        guard case .gateways(let relay, let sms)? = configuration.courier.transport else {
            return [Finding(.warn, "messages", "are not sent: COURIER_TRANSPORT is not gateways")]
        }
        var findings = [reach("relay", relay.host, relay.peer(greetingAs: configuration.publicHost))]
        for gateway in sms.gateways {
            let (name, url): (String, String)
            switch gateway {
            case .cdac(let address, _, _, _, _): (name, url) = ("cdac", address)
            case .nic(let address, _, _): (name, url) = ("nic", address)
            case .form(let form): (name, url) = ("form", form.url)
            case .files: continue
            }
            findings.append(reach("gateway", name, sms.peer(at: url)))
        }
        return findings
    }

    private static func reach(_ matter: String, _ name: String, _ peer: Peer) -> Finding {
        do throws(TransferError) {
            try Connections(to: peer).reach()
            return Finding(.ok, matter, "\(name) answers")
        } catch {
            return Finding(.fail, matter, "\(name) is not reached: \(error); look at address, firewall and certificate")
        }
    }

    /// The file systems that logs and programs are on; MariaDB's are its own host's.
    private static func disk() -> [Finding] {
        var seen: Set<UInt64> = []
        return ["/", "/var/log", "/var/lib"].compactMap { path in
            guard let facts = try? FileManager.default.attributesOfFileSystem(forPath: path),
                let free = number(facts[.systemFreeSize]),
                let size = number(facts[.systemSize]), size > 0,
                seen.insert(number(facts[.systemNumber]) ?? 0).inserted
            else { return nil }
            let percent = Int(free * 100 / size)
            let text = "\(percent) % of the file system of \(path) are free"
            return percent >= 10
                ? Finding(.ok, "disk", text)
                : Finding(percent >= 3 ? .warn : .fail, "disk", "\(text): make room or make it larger")
        }
    }

    /// Foundation gives numbers of whatever width the system has.
    private static func number(_ value: Any?) -> UInt64? { (value as? any BinaryInteger).map { UInt64(clamping: $0) } }

    private static func certificate(_ configuration: PortalConfiguration) -> Finding {
        guard configuration.usesSecureCookies else {
            return Finding(.warn, "certificate", "ICEGATE_ORIGIN is without TLS")
        }
        let path = configuration.certificateFile
        guard let days = Certificate.daysLeft(inFile: path) else {
            return Finding(.warn, "certificate", "\(path) cannot be read: set CERTIFICATE_FILE to nginx's certificate")
        }
        let text = "\(days) days are left of \(path)"
        return days >= 21
            ? Finding(.ok, "certificate", text) : Finding(days >= 3 ? .warn : .fail, "certificate", "\(text): renew it")
    }
}
