internal import JSONText

/// The page on which a person marks shot changes at places of a film: one HTML file that needs no other.
///
/// It saves a text, one line for each place: `head`, a blank, the answer. It holds no more than is given
/// here: nothing tells who claims what of a place.
package struct MarkingPage: Sendable {
    package struct Place: Sendable {
        /// How the line of the place begins in the answers.
        package var head: String
        /// The pictures that are in question.
        package var pictures: ClosedRange<Int64>
        /// Numbers of the pictures that are shown, ascending.
        package var shown: [Int64]

        package init(head: String, pictures: ClosedRange<Int64>, shown: [Int64]) {
            self.head = head
            self.pictures = pictures
            self.shown = shown
        }
    }

    /// Name of the film.
    package var title: String
    /// What stands above the lines of the answers.
    package var preamble: String
    /// Kinds of gradual changes.
    package var kinds: [String]
    package var places: [Place]
    /// JPEG files by picture number.
    package var pictures: [Int64: [UInt8]]

    package init(
        title: String, preamble: String, kinds: [String], places: [Place], pictures: [Int64: [UInt8]]
    ) {
        self.title = title
        self.preamble = preamble
        self.kinds = kinds
        self.places = places
        self.pictures = pictures
    }

    /// The page in UTF-8. Places show those of their pictures that are there. O(bytes) in time and memory.
    package func html() -> [UInt8] {
        let parts = PageParts.marking
        return PageParts.filled(parts.skeleton) { name, page in
            switch name {
            case "TITLE": page += PageParts.escaped(PageParts.shown(title)).utf8
            case "STYLE": page += parts.style
            case "STYLE_HASH": page += PageParts.hash(parts.style)
            case "CODE": page += parts.code
            case "CODE_HASH": page += PageParts.hash(parts.code)
            case "SHEETS": PageParts.append(inert: Array(sheets.utf8)[...], to: &page)
            case "PICTURES":
                for (number, jpeg) in pictures.sorted(by: { $0.key < $1.key }) {
                    page += "<script type=\"text/plain\" id=\"picture-\(number)\">".utf8
                    Base64.append(jpeg, to: &page)
                    page += "</script>\n".utf8
                }
            default: preconditionFailure("the page has a part named \(name)")
            }
        }
    }

    /// What the code reads first.
    private var sheets: String {
        var object = JSONLine()
        object.field("version", 1)
        object.field("title", title)
        object.field("preamble", preamble)
        object.field("kinds", list: kinds.map(JSONLine.quoted))
        object.field(
            "places",
            list: places.map { place in
                var entry = JSONLine()
                entry.field("head", place.head)
                entry.field("first", place.pictures.lowerBound)
                entry.field("last", place.pictures.upperBound)
                entry.field("shown", list: place.shown.filter { pictures[$0] != nil }.map(String.init))
                return entry.object
            })
        return object.object
    }
}
