import Courier
import HTMLTemplate
import Testing

@testable import Portal

@Suite("The templates") struct TemplateTests {
    @Test("load with their models, every page in every language")
    func loading() throws {
        let resources = try Resources.loaded()
        #expect(!resources.pages.messageIDs.isEmpty)
        #expect(!resources.texts.messageIDs.isEmpty)
    }

    @Test("have a model each, and none stands about unused")
    func models() throws {
        let names = Set(Portal.pages.map { $0.template + ".html" } + MessageTexts.all.map { $0.name + ".txt" })
        let files = try Tree.files(in: Resources.templates).filter { !$0.hasPrefix("partials/") && $0 != "frame.html" }
        #expect(names.symmetricDifference(files).isEmpty)
    }

    @Test("have a main form where their models say so, which posts to the page's own path")
    func mainForms() throws {
        for page in Portal.pages {
            let text = try Tree.text(of: "\(Resources.templates)/\(page.template).html")
            let hasForm = text.contains("<form id=\"form\" method=\"post\" ")
            #expect(hasForm == (page is any FormPage.Type), "\(page.template)")
        }
    }

    @Test("include every partial")
    func partials() throws {
        let texts = try Tree.files(in: Resources.templates).map { try Tree.text(of: "\(Resources.templates)/\($0)") }
        for file in try Tree.files(in: "\(Resources.templates)/partials", withSuffix: ".html") {
            let name = file.dropLast(".html".count)
            #expect(texts.contains { $0.contains("{{> \(name)}}") || $0.contains("{{> \(name) ") }, "\(file)")
        }
    }
}
