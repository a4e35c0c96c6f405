import Testing

@testable import Registration

@Suite("A master entry") struct MasterEntryTests {
    private let mobile: MobileNumber
    private let email: EmailAddress

    init() throws {
        mobile = try MobileNumber("9876543210")
        email = try EmailAddress("asha@example.in")
    }

    private func eligibility(
        hasEmail: Bool = true, hasMobile: Bool = true, isIECActive: Bool = true, isGSTINActive: Bool = true
    ) throws -> MasterEntry.Eligibility {
        MasterEntry(
            iec: try IEC("AAPFU0939F"), gstin: try GSTIN("27AAPFU0939F1ZV"), legalName: "",
            email: hasEmail ? email : nil, mobile: hasMobile ? mobile : nil, isIECActive: isIECActive,
            isGSTINActive: isGSTINActive
        ).eligibility
    }

    @Test("with an active IEC and GSTIN and both contacts is eligible, with these contacts")
    func eligible() throws {
        #expect(try eligibility() == .eligible(Contacts(mobile: mobile, email: email)))
    }

    @Test("that lacks something is refused for it, the IEC first and the contacts last")
    func refused() throws {
        #expect(try eligibility(isIECActive: false) == .refused(.iecInactive))
        #expect(try eligibility(isGSTINActive: false) == .refused(.gstinInactive))
        #expect(try eligibility(hasEmail: false) == .refused(.contactsUnusable))
        #expect(try eligibility(hasMobile: false) == .refused(.contactsUnusable))
        #expect(try eligibility(hasEmail: false, isIECActive: false, isGSTINActive: false) == .refused(.iecInactive))
        #expect(try eligibility(hasMobile: false, isGSTINActive: false) == .refused(.gstinInactive))
    }

    @Test("leads to an account that may not file Customs documents")
    func category() {
        #expect(
            AccountCategory.allCases.allSatisfy {
                $0.filingRefusal?.explanation.contains("not permitted to file") == true
            })
    }

    @Test("is registered within the numbers of the requirements")
    func limits() {
        let limits = RegistrationLimits()
        #expect(limits.otpLifetime == .seconds(2 * 3_600))
        #expect(limits.otpTries == 5)
        #expect(limits.otpResendWait == .seconds(60))
        #expect(limits.otpSends == 5)
        #expect(limits.otpPairs == 3)
        #expect(limits.temporaryPasswordLifetime == .seconds(30 * 24 * 3_600))
        #expect(limits.temporaryPasswordTries == 10)
        #expect(limits.temporaryPasswordWait == .seconds(15 * 60))
        #expect(limits.nameTries == 20)
        #expect(limits.registrationIdle == .seconds(15 * 60))
        #expect(limits.registrationSession == .seconds(2 * 3_600))
        #expect(limits.accountIdle == .seconds(30 * 60))
        #expect(limits.accountSession == .seconds(8 * 3_600))
        #expect(limits.captchaLifetime == .seconds(10 * 60))
    }

    @Test("is proven at the two steps between the OTPs and the end")
    func steps() {
        #expect(RegistrationStep.allCases.filter(\.isProven) == [.verified, .alternateSent])
    }
}
