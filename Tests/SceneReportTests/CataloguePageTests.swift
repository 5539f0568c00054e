import SceneReport
import Testing

/// The page on which scenes are searched, as a file.
@Suite struct CataloguePageTests {
    private func page(_ title: String, film: String) -> String {
        var page = CataloguePage(title: title)
        var entry = CataloguePage.Film(name: film, page: "film.html")
        entry.scenes = [
            .init(number: 1, start: 0, length: 4.333333, score: 0.5, tags: []),
            .init(number: 2, start: 4.333333, length: 8.666667, score: nil, tags: ["day"]),
        ]
        page.films = [entry]
        return String(decoding: page.html(), as: UTF8.self)
    }

    /// A link with fewer digits would lead into the scene before.
    @Test func timesAreAsExactAsEvents() {
        #expect(
            page("films", film: "a").contains(
                #"{"tags":["day"],"films":[["a","film.html",[[1,0,4333333,500],[2,4333333,8666667,-1,0]]]]}"#)
        )
    }

    @Test func titlesTurnNoLineAround() {
        #expect(page("a\u{202e}b", film: "c").contains("<title>a\u{fffd}b</title>"))
    }
}
