/// The page of an archive: its films as cards, what needs review first. One HTML file; it links to the
/// films' own pages.
package struct ArchivePage: Sendable {
    /// What is said of one film.
    package struct Film: Sendable {
        package enum State: String, Sendable {
            case done, damaged, failed
        }

        package var name: String
        package var state: State
        /// Seconds.
        package var length: Double
        package var scenes: Int
        /// Boundaries whose score is near the threshold.
        package var doubtful: Int
        /// Why it is damaged, or failed.
        package var problem: String?
        /// Its page, relative to this one; nil without one.
        package var page: String?

        package init(
            name: String, state: State, length: Double, scenes: Int, doubtful: Int, problem: String?,
            page: String?
        ) {
            self.name = name
            self.state = state
            self.length = length
            self.scenes = scenes
            self.doubtful = doubtful
            self.problem = problem
            self.page = page
        }
    }

    package var title: String
    package var films: [Film]

    package init(title: String, films: [Film]) {
        self.title = title
        self.films = films
    }

    /// What needs review first: failures, films that broke off, then by the share of doubtful boundaries;
    /// equals by name.
    package static func isBefore(_ left: Film, _ right: Film) -> Bool {
        func rank(_ film: Film) -> Int { film.state == .failed ? 0 : film.state == .damaged ? 1 : 2 }
        if rank(left) != rank(right) { return rank(left) < rank(right) }
        if left.doubtful != right.doubtful { return left.doubtful > right.doubtful }
        return left.name < right.name
    }

    /// The page in UTF-8. O(films log films).
    package func html() -> [UInt8] {
        let parts = PageParts.archive
        return PageParts.filled(parts.skeleton) { name, page in
            switch name {
            case "TITLE": page += PageParts.escaped(PageParts.shown(title)).utf8
            case "STYLE": page += parts.style
            case "STYLE_HASH": page += PageParts.hash(parts.style)
            case "CODE": page += parts.code
            case "CODE_HASH": page += PageParts.hash(parts.code)
            case "SUMMARY": page += PageParts.escaped(summary).utf8
            case "FILMS": for film in films.sorted(by: Self.isBefore) { page += Self.card(film).utf8 }
            default: preconditionFailure("the page has a part named \(name)")
            }
        }
    }

    private var summary: String {
        let hours = (films.reduce(0) { $0 + $1.length } / 360).rounded() / 10
        let scenes = films.reduce(0) { $0 + $1.scenes }
        let doubtful = films.reduce(0) { $0 + $1.doubtful }
        let failed = films.count { $0.state == .failed }
        return
            "\(films.count) \(films.count == 1 ? "film" : "films"), \(hours) h, \(scenes) scenes, \(doubtful) boundaries to review"
            + (failed > 0 ? ", \(failed) failed" : "")
    }

    private static func card(_ film: Film) -> String {
        let name = PageParts.escaped(film.name)
        let shown = PageParts.escaped(PageParts.shown(film.name))
        let title = film.page.map { "<a href=\"\(PageParts.escaped($0))\">\(shown)</a>" } ?? shown
        var card =
            "<li class=\"\(film.state.rawValue)\" data-name=\"\(name)\" data-length=\"\(Int(film.length))\" data-review=\"\(film.doubtful)\"><h2>\(title)</h2>"
        if film.state != .failed {
            card += "<dl><dt>Length</dt><dd>\(clock(film.length))</dd><dt>Scenes</dt><dd>\(film.scenes)</dd>"
            card += "<dt>To review</dt><dd>\(film.doubtful)</dd></dl>"
        }
        if let problem = film.problem {
            card += "<p class=\"problem\">\(PageParts.escaped(PageParts.shown(problem)))</p>"
        }
        return card + "</li>\n"
    }

    /// `H:MM:SS`
    private static func clock(_ seconds: Double) -> String {
        let total = Int(min(max(seconds, 0), 1e9))
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(total / 3600):\(padded(total / 60 % 60)):\(padded(total % 60))"
    }
}
