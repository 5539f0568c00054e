internal import JSONText

/// The page on which the scenes of many films are searched. One HTML file that needs no network.
package struct CataloguePage: Sendable {
    package struct Scene: Hashable, Sendable {
        /// In its film, from 1.
        package var number: Int
        /// Seconds.
        package var start: Double
        package var length: Double
        /// Of the boundary that ends it; nil without one.
        package var score: Double?
        package var tags: [String]

        package init(number: Int, start: Double, length: Double, score: Double?, tags: [String]) {
            self.number = number
            self.start = start
            self.length = length
            self.score = score
            self.tags = tags
        }
    }

    package struct Film: Hashable, Sendable {
        package var name: String
        /// Address of its own page, seen from this one; nil without one.
        package var page: String?
        /// In order of time.
        package var scenes: [Scene] = []

        package init(name: String, page: String?) {
            self.name = name
            self.page = page
        }
    }

    package var title: String
    package var films: [Film] = []

    package init(title: String) { self.title = title }

    /// The page in UTF-8. O(scenes).
    package func html() -> [UInt8] {
        let parts = PageParts.catalogue
        let data = self.data
        return PageParts.filled(parts.skeleton) { name, page in
            switch name {
            case "TITLE": page += PageParts.escaped(PageParts.shown(title)).utf8
            case "STYLE": page += parts.style
            case "STYLE_HASH": page += PageParts.hash(parts.style)
            case "CODE": page += parts.code
            case "CODE_HASH": page += PageParts.hash(parts.code)
            case "DATA": PageParts.append(inert: data[...], to: &page)
            default: preconditionFailure("the page has a part named \(name)")
            }
        }
    }

    /// `{"tags":[NAME...],"films":[[NAME,ADDRESS,[[NUMBER,START,LENGTH,SCORE,TAG...]...]]...]}`: times in
    /// microseconds, scores in thousandths, -1 for none, tags by their place.
    private var data: [UInt8] {
        var places: [String: Int] = [:]
        var names: [String] = []
        var text = Array(#""films":["#.utf8)
        for (index, film) in films.enumerated() {
            if index > 0 { text += ",\n".utf8 }
            text += "[\(JSONLine.quoted(film.name)),\(JSONLine.quoted(film.page ?? "")),[".utf8
            for (place, scene) in film.scenes.enumerated() {
                let score = scene.score.map { Int(($0 * 1000).rounded()) } ?? -1
                var row = "\(place > 0 ? "," : "")[\(scene.number),\(Self.microseconds(scene.start)),"
                row += "\(Self.microseconds(scene.length)),\(score)"
                for tag in scene.tags {
                    let place = places[tag] ?? names.count
                    if place == names.count {
                        places[tag] = place
                        names.append(tag)
                    }
                    row += ",\(place)"
                }
                text += (row + "]").utf8
            }
            text += "]]".utf8
        }
        let tags = names.map(JSONLine.quoted).joined(separator: ",")
        return Array("{\"tags\":[\(tags)],".utf8) + text + Array("]}".utf8)
    }

    /// As events write times: a link with less would lead into the scene before.
    private static func microseconds(_ seconds: Double) -> Int {
        Int((min(max(seconds, 0), 1e9) * 1e6).rounded())
    }
}
