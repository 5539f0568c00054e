internal import JSONText

/// The page on which a person looks at a run and corrects it: one HTML file that needs no other, save the
/// film.
///
/// What the page's code reads is described in `Sources/CReportPage/page/README.md`.
package struct ReportPage: Sendable {
    /// Where the events come from.
    package enum Source: Sendable {
        /// They stand in the page. `film`: where the page finds the film, relative to itself; nil leaves the
        /// player out.
        case run(lines: [UInt8], pictures: PictureSheets?, film: String?)
        /// A service tells them, and has pictures. Both are addresses on the page's own server; `{pts}` in
        /// the second stands for the picture.
        case feed(events: String, pictures: String)
    }

    /// Name of the film or the feed.
    package var title: String
    package var source: Source

    package init(title: String, source: Source) {
        self.title = title
        self.source = source
    }

    /// The page in UTF-8. O(bytes) in time and memory.
    package func html() -> [UInt8] {
        PageParts.filled(PageParts.skeleton, with: append)
    }

    private func append(_ part: String, to page: inout [UInt8]) {
        switch part {
        case "TITLE": page += PageParts.escaped(title).utf8
        case "STYLE": page += PageParts.style
        case "STYLE_HASH": page += PageParts.styleHash
        case "CODE": page += PageParts.code
        case "CODE_HASH": page += PageParts.codeHash
        case "REPORT": PageParts.append(inert: Array(report.utf8)[...], to: &page)
        case "EVENTS":
            if case .run(let lines, _, _) = source { PageParts.append(inert: lines[...], to: &page) }
        case "SHEETS":
            guard case .run(_, let pictures?, _) = source else { return }
            for (number, sheet) in pictures.sheets.enumerated() {
                page += "<script type=\"text/plain\" id=\"sheet-\(number)\">".utf8
                Base64.append(sheet.jpeg, to: &page)
                page += "</script>\n".utf8
            }
        default: preconditionFailure("the page has a part named \(part)")
        }
    }

    /// What the code reads first.
    private var report: String {
        var object = JSONLine()
        object.field("version", 1)
        switch source {
        case .run(_, let pictures, let film):
            object.field("mode", "report")
            object.field("title", title)
            object.field("film", film)
            object.field("pictures", raw: pictures.map(Self.summary) ?? "null")
        case .feed(let events, let pictures):
            object.field("mode", "live")
            object.field("title", title)
            object.field("film", nil)
            object.field("pictures", raw: "null")
            object.field("events_url", events)
            object.field("picture_url", pictures)
        }
        return object.object
    }

    private static func summary(_ pictures: PictureSheets) -> String {
        var object = JSONLine()
        object.field("columns", pictures.columns)
        object.field("width", pictures.width)
        object.field("height", pictures.height)
        let sheets = pictures.sheets.enumerated().map { number, sheet in
            var entry = JSONLine()
            entry.field("id", "sheet-\(number)")
            entry.field("places", list: sheet.places.enumerated().map { "[\($1),\($0)]" })
            return entry.object
        }
        object.field("sheets", list: sheets)
        return object.object
    }
}
