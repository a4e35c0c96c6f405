import HTMLTemplate

/// Every information page of the portal.
enum InformationPages {
    static let all: [any InformationPage.Type] = [
        About.self, Services.self, Downloads.self, Guidelines.self, UsefulLinks.self, SingleWindow.self, Contact.self,
        PublicEnquiries.self, DigitalSignature.self, SiteMap.self, Accessibility.self, Help.self,
        Terms.self, Privacy.self, Copyright.self, Hyperlinking.self, Admin.self,
    ]

    struct About: InformationPage {
        static let name = "about"
        static let title: Message = "About Us"
    }

    struct Services: InformationPage {
        static let name = "services"
        static let title: Message = "Services"
    }

    struct Downloads: InformationPage {
        static let name = "downloads"
        static let title: Message = "Downloads"
    }

    struct Guidelines: InformationPage {
        static let name = "guidelines"
        static let title: Message = "Guidelines"
    }

    struct UsefulLinks: InformationPage {
        static let name = "useful-links"
        static let title: Message = "Useful Links"
    }

    struct SingleWindow: InformationPage {
        static let name = "single-window"
        static let title: Message = "Single Window"
    }

    struct Contact: InformationPage {
        static let name = "contact"
        static let title: Message = "Contact Us"
    }

    struct PublicEnquiries: InformationPage {
        static let name = "public-enquiries"
        static let title: Message = "Public enquiries"
    }

    struct DigitalSignature: InformationPage {
        static let name = "digital-signature"
        static let title: Message = "Digital Signature"
    }

    struct SiteMap: InformationPage {
        static let name = "sitemap"
        static let title: Message = "Site Map"
    }

    struct Accessibility: InformationPage {
        static let name = "accessibility"
        static let title: Message = "Accessibility Statement"
    }

    struct Help: InformationPage {
        static let name = "help"
        static let title: Message = "Help"
    }

    struct Terms: InformationPage {
        static let name = "terms"
        static let title: Message = "Terms of Use"
    }

    struct Privacy: InformationPage {
        static let name = "privacy"
        static let title: Message = "Privacy Policy"
    }

    struct Copyright: InformationPage {
        static let name = "copyright"
        static let title: Message = "Copyright Policy"
    }

    struct Hyperlinking: InformationPage {
        static let name = "hyperlinking"
        static let title: Message = "Hyperlinking Policy"
    }

    struct Admin: InformationPage {
        static let name = "admin"
        static let title: Message = "Login as Admin"
    }
}
