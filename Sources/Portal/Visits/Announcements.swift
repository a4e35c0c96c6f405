import Persistence

/// The messages of the running line, and the date of their last change.
enum Announcements {
    static func current(in language: MessageLanguage) -> [Announcement] {
        switch language {
        case .english:
            [
                Announcement(
                    message:
                        "Attention: ICEGATE common enquiry services are available at Home > Public Enquiries.",
                    href: "/public-enquiries"),
                Announcement(
                    message: "Importers and exporters can register with IEC and GSTIN, without a digital signature.",
                    href: "/register"),
            ]
        case .hindi:
            [
                Announcement(
                    message: "सूचना: आइसगेट की सामान्य पूछताछ सेवाएँ मुखपृष्ठ > सार्वजनिक पूछताछ पर उपलब्ध हैं।",
                    href: "/public-enquiries"),
                Announcement(
                    message: "आयातक और निर्यातक IEC और GSTIN से, बिना डिजिटल हस्ताक्षर के, पंजीकरण कर सकते हैं।",
                    href: "/register"),
            ]
        }
    }

    static func lastUpdated(in language: MessageLanguage) -> String {
        switch language {
        case .english: "Nov 22, 2026"
        case .hindi: "22 नवंबर 2026"
        }
    }
}
