import SceneReport
import Testing

/// The page of an archive, as a file.
@Suite struct ArchivePageTests {
    /// Marks that turn lines around are shown as such; the search goes by the name as it is.
    @Test func namesTurnNoLineAround() {
        let name = "a\u{202e}4pm.exe"
        let film = ArchivePage.Film(
            name: name, state: .damaged, length: 1, scenes: 1, doubtful: 0, problem: "no \(name)",
            page: "film.html")
        let page = String(decoding: ArchivePage(title: name, films: [film]).html(), as: UTF8.self)
        #expect(page.contains("<h2><a href=\"film.html\">a\u{fffd}4pm.exe</a></h2>"))
        #expect(page.contains("<p class=\"problem\">no a\u{fffd}4pm.exe</p>"))
        #expect(page.contains("data-name=\"\(name)\"") && page.contains("<title>a\u{fffd}4pm.exe</title>"))
    }
}
