import Courier
import HTMLTemplate
import Persistence
import Portal
import PortalConfiguration

/// What the portal says, read from its files: pages and messages take their translations from the same catalogues.
extension PortalConfiguration.Resources {
    func catalogues() throws(TemplateLoadError) -> Catalogues {
        try Catalogues(directory: localesDirectory, languages: MessageLanguage.translations)
    }

    func pages(in catalogues: Catalogues) throws(TemplateLoadError) -> TemplateSet {
        try TemplateSet(
            directory: templatesDirectory, catalogues: catalogues, pages: Portal.pages, frame: Portal.frame)
    }

    func messages(in catalogues: Catalogues) throws(TemplateLoadError) -> TextTemplateSet {
        try TextTemplateSet(directory: templatesDirectory, catalogues: catalogues, texts: MessageTexts.all)
    }
}
