import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// The public enquiries: a form that needs no login, and its answer on the same page.
struct EnquiryHandler {
    let visit: Visit

    func answer(_ enquiry: Enquiry, isPost: Bool) throws(StoreError) -> Response {
        switch enquiry {
        case .gstin: isPost ? judgeGSTIN() : gstinPage(FormErrors(), status: .ok)
        case .iec: isPost ? try findIEC() : iecPage(FormErrors(), status: .ok)
        }
    }

    // MARK: Is this GSTIN written rightly?

    private func judgeGSTIN() -> Response {
        var errors = FormErrors()
        let gstin = errors.read("gstin") { () throws(InvalidValue) in try GSTIN(visit.field("gstin")) }
        guard let gstin else { return gstinPage(errors) }
        let finding = GSTINEnquiryPage.Finding(
            gstin: gstin.text, stateCode: String(gstin.text.prefix(2)), state: gstin.state, kind: gstin.kind.words,
            pan: gstin.pan)
        return gstinPage(errors, finding, status: .ok)
    }

    private func gstinPage(
        _ errors: FormErrors, _ finding: GSTINEnquiryPage.Finding? = nil,
        status: HTTPResponse.Status = .unprocessableContent
    ) -> Response {
        let page = GSTINEnquiryPage(
            formToken: visit.formToken(for: .enquiry(.gstin)), errors: errors.summary,
            gstin: errors.state(of: "gstin", value: visit.field("gstin")), finding: finding)
        return visit.enquiryPage(page, title: GSTINEnquiryPage.title, status: status, hasErrors: !errors.isEmpty)
    }

    // MARK: Status of an IEC

    private func findIEC() throws(StoreError) -> Response {
        var errors = FormErrors()
        let iec = errors.read("iec") { () throws(InvalidValue) in try IEC(visit.field("iec")) }
        guard try errors.passCaptcha(of: visit), let iec else { return iecPage(errors) }
        let standing: IECStanding
        switch try visit.portal.store.enquire(after: iec, client: visit.client) {
        case .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
        case .answered(let found): standing = found
        }
        let finding = IECEnquiryPage.Finding(
            iec: iec.text, status: standing.record.map { Message.statusMeaning($0.meaning) },
            mayRegister: standing.record?.isActive ?? false,
            loadedAt: standing.record.map { IndianTime.dateAndTime($0.loadedAt) },
            masterLoadedAt: standing.masterLoadedAt.map(IndianTime.dateAndTime))
        return iecPage(errors, finding, status: .ok)
    }

    private func iecPage(
        _ errors: FormErrors, _ finding: IECEnquiryPage.Finding? = nil,
        status: HTTPResponse.Status = .unprocessableContent
    ) -> Response {
        let page = IECEnquiryPage(
            formToken: visit.formToken(for: .enquiry(.iec)), errors: errors.summary,
            iec: errors.state(of: "iec", value: visit.field("iec")),
            captcha: visit.newCaptcha(errors.messages(of: "captcha")), finding: finding)
        return visit.enquiryPage(page, title: IECEnquiryPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}

extension Visit {
    /// A page below "Public enquiries".
    fileprivate func enquiryPage(
        _ page: some PageModel, title: Message, status: HTTPResponse.Status, hasErrors: Bool
    ) -> Response {
        self.page(
            page, title: title, status: status,
            breadcrumbs: [
                .home, Breadcrumb(label: "Public enquiries", href: "/public-enquiries"), Breadcrumb(label: title),
            ],
            hasErrors: hasErrors)
    }
}
