import Foundation
import JSONText
import SceneReport
import TestSupport
import Testing

/// The page as a file: its parts, and that nothing in a run's texts can become part of it.
@Suite struct ReportPageTests {
    private func page(_ source: ReportPage.Source, title: String = "film.mp4") -> String {
        String(decoding: ReportPage(title: title, source: source).html(), as: UTF8.self)
    }

    /// The text of the element with this `id`.
    private func element(_ id: String, in page: String) throws -> String {
        let open = try #require(page.range(of: "id=\"\(id)\">"))
        let close = try #require(page[open.upperBound...].range(of: "</script>"))
        return String(page[open.upperBound..<close.lowerBound])
    }

    @Test func everythingStandsWhereTheCodeLooks() throws {
        let jpeg = (0..<256).map { UInt8($0) }
        let sheets = PictureSheets(
            columns: 10, width: 160, height: 90, sheets: [.init(places: [-5, 1024], jpeg: jpeg)])
        let page = page(
            .run(lines: Array("{\"a\":1}\n{\"b\":\"<\"}\n".utf8), pictures: sheets, film: "a%20b.mp4"))
        #expect(try element("scened-events", in: page) == "{\"a\":1}\n{\"b\":\"\\u003c\"}\n")
        #expect(
            try element("scened-report", in: page)
                == #"{"version":1,"mode":"report","title":"film.mp4","film":"a%20b.mp4","pictures":{"columns":10,"width":160,"height":90,"sheets":[{"id":"sheet-0","places":[[-5,0],[1024,1]]}]}}"#
        )
        #expect(Data(base64Encoded: try element("sheet-0", in: page)) == Data(jpeg))
        #expect(!page.contains("{{") && page.hasSuffix("</html>\n"))
    }

    @Test(arguments: 0..<8) func base64OfEveryLength(count: Int) throws {
        let jpeg = (0..<count).map { UInt8(251 &- $0) }
        let sheets = PictureSheets(
            columns: 1, width: 1, height: 1, sheets: [.init(places: [0], jpeg: jpeg)])
        let page = page(.run(lines: [], pictures: sheets, film: nil))
        #expect(Data(base64Encoded: try element("sheet-0", in: page)) == Data(jpeg))
    }

    @Test func namesCannotBecomePartOfThePage() throws {
        let name = "</script><script>alert(1)</script><!--{{EVENTS}}&\u{202e}"
        let lines = Array("{\"input\":\(JSONLine.quoted(name))}\n".utf8)
        let hostile = page(.run(lines: lines, pictures: nil, film: name), title: name)
        let harmless = page(.run(lines: Array("{}\n".utf8), pictures: nil, film: nil), title: "a")
        func count(_ text: String, _ part: String) -> Int { text.components(separatedBy: part).count }
        for part in ["<script", "</script", "<!--"] {
            #expect(count(hostile, part) == count(harmless, part), "\(part)")
        }
        #expect(try element("scened-events", in: hostile).contains("{{EVENTS}}"))
    }

    /// The code and the style hold nothing that would end their elements, and go by the policy's digests.
    @Test func codeAndStyleAreWhole() throws {
        let page = page(.feed(events: "/v1/events?feed=hall", pictures: "/v1/feeds/hall/pictures/{pts}.jpg"))
        #expect(try element("scened-events", in: page).isEmpty)
        #expect(try element("scened-report", in: page).contains(#""mode":"live""#))
        let parts = Fixtures.root.appending(path: "Sources/CReportPage/page")
        let order = try String(contentsOf: parts.appending(path: "order.txt"), encoding: .utf8)
        let code = try order.split(separator: "\n").map {
            try String(contentsOf: parts.appending(path: String($0)), encoding: .utf8)
        }.joined()
        #expect(page.contains("<script>\(code)</script>"))
        #expect(!code.contains("</script") && !code.contains("<!--"))
        #expect(page.components(separatedBy: "'sha256-").count == 3)
    }

    @Test(arguments: [
        ("film.mp4", "film.html", "film.mp4"), ("a/film.mp4", "a/film.html", "film.mp4"),
        ("a/b/film 1.mp4", "a/x.html", "b/film%201.mp4"), ("/srv/film.mp4", "x.html", "file:///srv/film.mp4"),
        ("../film.mp4", "x.html", "file:///home/film.mp4"), ("./film.mp4", "./././x.html", "film.mp4"),
        ("/home/me/ä#?.mp4", "x.html", "%C3%A4%23%3F.mp4"),
        ("film.mp4", "out/x.html", "file:///home/me/film.mp4"),
    ])
    func filmsAreFound(film: String, page: String, address: String) {
        #expect(FilmReference.address(of: film, from: page, in: "/home/me") == address)
    }
}
