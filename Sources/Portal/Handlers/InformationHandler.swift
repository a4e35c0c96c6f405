import HTMLTemplate
import HTTP
import HTTPTypes

/// The pages whose content is all in their templates.
struct InformationHandler {
    let visit: Visit

    func show(_ name: InformationName) -> Response {
        guard let page = name.page else { return visit.error(.notFound) }
        return show(page)
    }

    private func show<Page: InformationPage>(_ page: Page.Type) -> Response {
        visit.page(Page(), title: Page.title, breadcrumbs: Page.breadcrumbs)
    }
}
