import ArchiveBatch
import SceneCatalogue
import SceneReport

/// Gathers the rows of an answer for the search page.
struct CatalogueScenes {
    private(set) var page: CataloguePage
    private let folder: String
    private let path: String
    private let reports: Set<String>
    private let tags: [CatalogueScene: [String]]

    /// - Parameters:
    ///   - title: of the page.
    ///   - folder: of the results, absolute.
    ///   - page: path of the page, absolute.
    ///   - reports: names of films that have a page of their own.
    ///   - tags: what scenes are shown with.
    init(title: String, folder: String, page: String, reports: Set<String>, tags: [CatalogueScene: [String]])
    {
        self.page = CataloguePage(title: title)
        self.folder = folder
        path = page
        self.reports = reports
        self.tags = tags
    }

    /// Adds a scene. Rows of a film come one behind the other.
    mutating func add(_ row: [CatalogueValue], _ columns: [String]) {
        let values = Dictionary(uniqueKeysWithValues: zip(columns, row))
        guard case (.text(let name)?, .integer(let number)?) = (values["name"], values["scene"]),
            case (.real(let start)?, .real(let length)?) = (values["start_t"], values["length"])
        else { return }
        if page.films.last?.name != name {
            let report = "\(folder)/\(name)/\(DoneNote.reportName)"
            page.films.append(
                CataloguePage.Film(
                    name: name,
                    page: reports.contains(name)
                        ? FilmReference.address(of: report, from: path, in: "/") : nil))
        }
        var score: Double?
        if case .real(let value)? = values["score"] { score = value }
        page.films[page.films.count - 1].scenes.append(
            CataloguePage.Scene(
                number: Int(number), start: start, length: length, score: score,
                tags: tags[CatalogueScene(recording: name, number: Int(number))] ?? []))
    }
}
