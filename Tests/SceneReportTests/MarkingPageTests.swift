import Foundation
import SceneReport
import TestSupport
import Testing

/// The page on which shot changes are marked, as a file.
@Suite struct MarkingPageTests {
    private func page(_ title: String) -> String {
        let page = MarkingPage(
            title: title, preamble: "# \(title)\n", kinds: ["dissolve"],
            places: [.init(head: "1 (3-4):", pictures: 3...4, shown: [2, 3, 4, 5, 9])],
            pictures: [2: [1], 3: [2], 4: [3, 4], 5: [5]])
        return String(decoding: page.html(), as: UTF8.self)
    }

    @Test func everythingStandsWhereTheCodeLooks() throws {
        let page = page("film.mp4")
        // Picture 9 lies beyond the film.
        #expect(
            page.contains(
                ##"<script type="application/json" id="sheets">{"version":1,"title":"film.mp4","preamble":"# film.mp4\n","kinds":["dissolve"],"places":[{"head":"1 (3-4):","first":3,"last":4,"shown":[2,3,4,5]}]}</script>"##
            ))
        #expect(page.contains(#"<script type="text/plain" id="picture-4">AwQ=</script>"#))
        #expect(!page.contains("{{") && page.hasSuffix("</html>\n"))
        let parts = Fixtures.root.appending(path: "Sources/CReportPage")
        let code = try ["page/dom.js", "marking/marking.js"].map {
            try String(contentsOf: parts.appending(path: $0), encoding: .utf8)
        }.joined()
        #expect(page.contains("<script>\(code)</script>") && !code.contains("</script"))
        #expect(page.components(separatedBy: "'sha256-").count == 3)
    }

    @Test func namesCannotBecomePartOfThePage() {
        let hostile = page("</script><script>alert(1)</script><!--{{CODE}}&")
        for part in ["<script", "</script", "<!--"] {
            #expect(
                hostile.components(separatedBy: part).count == page("a").components(separatedBy: part).count)
        }
    }
}
