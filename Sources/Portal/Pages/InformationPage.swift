import HTMLTemplate

/// A page whose content is all in its template, `information/NAME.html`, at the path `/NAME`.
protocol InformationPage: PageModel {
    init()

    /// The name of the file and of the path.
    static var name: String { get }
    static var title: Message { get }
}

extension InformationPage {
    static var template: String { "information/" + name }
    static var path: String { "/" + name }
    static var breadcrumbs: [Breadcrumb] { [.home, Breadcrumb(label: title)] }
    static var fields: Fields<Self> { Fields([]) }
}
