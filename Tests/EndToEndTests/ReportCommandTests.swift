import Foundation
import TestSupport
import Testing

/// `scened report` and `segment --report`, from outside; what the page does is tested in a browser.
@Suite struct ReportCommandTests {
    /// The text of a script element of a page.
    private static func element(_ id: String, of page: String) throws -> String {
        let open = try #require(page.range(of: "id=\"\(id)\">"))
        let rest = page[open.upperBound...]
        let close = try #require(rest.range(of: "</script>"))
        return String(rest[..<close.lowerBound])
    }

    private static func report(_ page: String) throws -> [String: Any] {
        let text = try element("scened-report", of: page)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// PTS of the pictures on the page, and the sheets' sizes in bytes.
    private static func places(_ page: String) throws -> [Int64] {
        let pictures = try #require(try report(page)["pictures"] as? [String: Any])
        let sheets = try #require(pictures["sheets"] as? [[String: Any]])
        return try sheets.flatMap { sheet in
            let id = try #require(sheet["id"] as? String)
            let text = try element(id, of: page)
            let jpeg = try #require(Data(base64Encoded: text))
            #expect(jpeg.prefix(3) == Data([0xff, 0xd8, 0xff]))
            let places = try #require(sheet["places"] as? [[Int]])
            return places.map { Int64($0[0]) }
        }
    }

    /// First and last key frames of all shots in event lines.
    private static func keyFrames(_ lines: String) throws -> Set<Int64> {
        var found: Set<Int64> = []
        for line in lines.split(separator: "\n") where line.contains("\"type\":\"shot\"") {
            let shot = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let frames = (shot["parts"] as? [[String: Any]] ?? []).flatMap {
                $0["key_frames"] as? [[String: Any]] ?? []
            }
            found.formUnion([frames.first, frames.last].compactMap { $0?["pts"] as? Int64 })
        }
        return found
    }

    /// One pass gives events and page; the page holds every event, scores included, and a picture for the
    /// first and last key frame of each shot. A page made afterwards has the same pictures.
    @Test(arguments: ["cuts.mp4", "rotated_90.mp4", "offset.mkv", "cuts.ts"])
    func pagesHoldTheRun(clip: String) throws {
        let folder = Scratch.path("report")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let film = folder.appending(path: clip)
        try FileManager.default.copyItem(at: URL(filePath: Fixtures.path(clip)), to: film)
        let (events, page) = (
            folder.appending(path: "run.jsonl").path, folder.appending(path: "run.html").path
        )
        let outcome = try Program.run(
            [
                "segment", film.path, "--min-scene", "1", "--scores", "--quiet", "--output", events,
                "--report", page,
            ])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let lines = try String(contentsOfFile: events, encoding: .utf8)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(try Self.element("scened-events", of: html) == lines.replacing("<", with: "\\u003c"))
        #expect(
            try Self.report(html)["film"] as? String == clip && Self.report(html)["title"] as? String == clip)
        let wanted = try Self.keyFrames(lines)
        #expect(try !wanted.isEmpty && Set(Self.places(html)) == wanted)

        let later = folder.appending(path: "later.html").path
        let second = try Program.run(["report", events, "--video", film.path, "--output", later])
        #expect(second.status == 0 && second.errors.isEmpty, "\(second.errors)")
        #expect(try Set(Self.places(String(contentsOfFile: later, encoding: .utf8))) == wanted)
    }

    /// A page made afterwards is the same, however far pictures lie behind their key frame.
    @Test func pagesOfOneGroupAreEqual() throws {
        let film = try ThumbnailsCommandTests.oneGroup()
        let folder = try Scratch.emptyFolder()
        func path(_ name: String) -> String { folder.appending(path: name).path }
        let commands = [
            [
                "segment", film, "--min-scene", "1", "--scores", "--quiet", "--output", path("run.jsonl"),
                "--report", path("run.html"),
            ],
            ["report", path("run.jsonl"), "--video", film, "--output", path("later.html")],
        ]
        for command in commands {
            let outcome = try Program.run(command)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
        let page = try String(contentsOfFile: path("run.html"), encoding: .utf8)
        #expect(try Self.places(page).count == 20)
        #expect(try page == String(contentsOfFile: path("later.html"), encoding: .utf8))
    }

    @Test func namesOfPages() throws {
        let folder = Scratch.path("pages")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let events = folder.appending(path: "film.jsonl").path
        #expect(
            try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet", "--output", events]).status == 0
        )
        func isThere(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: folder.appending(path: name).path)
        }
        #expect(try Program.run(["report", events]).status == 0 && isThere("film.html"))
        let pages = folder.appending(path: "all").path
        #expect(try Program.run(["report", events, "--output", pages + "/"]).status == 73)
        try FileManager.default.createDirectory(atPath: pages, withIntermediateDirectories: true)
        #expect(
            try Program.run(["report", events, "--output", pages]).status == 0 && isThere("all/film.html"))
        let html = try String(contentsOf: folder.appending(path: "film.html"), encoding: .utf8)
        #expect(try Self.report(html)["pictures"] is NSNull && Self.report(html)["film"] is NSNull)
    }

    /// What `similar` found stands in the page, at most five for each scene.
    @Test func scenesThatAreAlike() throws {
        let folder = try Scratch.emptyFolder()
        func path(_ name: String) -> String { folder.appending(path: name).path }
        let film = Fixtures.path("cuts.mp4")
        let commands = [
            ["segment", film, "--min-scene", "1", "--quiet", "--output", path("run.jsonl")],
            ["embed", film, "--quiet", "--output", path("film.npz")],
            ["index", "add", path("index"), path("film.npz"), "--events", path("run.jsonl")],
            [
                "similar", "--each", path("film.npz"), "--events", path("run.jsonl"), "--index",
                path("index"),
                "--top", "50", "--minimum-score", "-1", "--output", path("similar.jsonl"),
            ],
            ["report", path("run.jsonl"), "--similar", path("similar.jsonl"), "--output", path("page.html")],
        ]
        for command in commands { #expect(try Program.run(command).status == 0, "\(command)") }
        let page = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
        let lines = try Self.element("scened-events", of: page).split(separator: "\n").map(String.init)
        let scenes = lines.filter { $0.contains(#""type":"scene""#) }
        let alike = lines.filter { $0.contains(#""type":"similar""#) }
        #expect(scenes.count >= 3 && alike.count == scenes.count * min(5, scenes.count - 1), "\(lines)")
    }

    @Test func badInputIsOneLine() throws {
        let events = try Scratch.file("run.jsonl").path
        #expect(
            try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet", "--output", events]).status == 0
        )
        let text = try Scratch.file("text.jsonl").path
        try "not JSON\nat all\n".write(toFile: text, atomically: false, encoding: .utf8)
        let empty = try Scratch.file("empty.jsonl").path
        try "".write(toFile: empty, atomically: false, encoding: .utf8)
        let page = try Scratch.file("page.html").path
        let other = try Scratch.file("other.jsonl").path
        let asked = #"{"asked":{"recording":"r","scene":1,"start":1.5,"end":2.5},"rank":1,"#
        try (asked + #""score":0.9,"recording":"m","scene":1,"start":0.0,"end":1.0,"aired":null}"# + "\n")
            .write(toFile: other, atomically: false, encoding: .utf8)
        let cases: [([String], Int32, String)] = [
            (["report", text, "--output", page], 65, "is not an event"),
            (["report", empty, "--output", page], 65, "no stream_start"),
            (["report", events + ".nowhere", "--output", page], 66, "No such file"),
            (["report", events, "--video", events + ".mp4", "--output", page], 66, "No such file"),
            (
                ["report", events, "--video", Fixtures.path("audio_only.mp4"), "--output", page], 65,
                "no video"
            ),
            (["report", events, "--output", events], 64, "would overwrite it"),
            (["report", events, "--output", "/dev/full"], 73, "/dev/full"),
            (["report", "-"], 64, "--output"),
            (["report", events, "--similar", events + ".none", "--output", page], 66, "No such file"),
            (
                ["report", events, "--similar", events, "--output", page], 65,
                "line 1 is not an answer of scened"
            ),
            (["report", events, "--similar", other, "--output", page], 65, "none of its scenes is one of"),
            (["segment", Fixtures.path("cuts.mp4"), "--open"], 64, "--report"),
            (["segment", Fixtures.path("cuts.mp4"), "--report", "/nowhere/page.html"], 73, "/nowhere"),
            (
                ["segment", Fixtures.path("cuts.mp4"), "--report", events, "--output", events], 64,
                "same file"
            ),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Program.run(arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
            if status != 64 { #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)") }
        }
    }

    private static let pageTests = Program.repository.appending(path: "Tests/ReportPageTests")

    /// Every file of tests there: none is left out because nobody named it here.
    private static func modules() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: pageTests.path)
            .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }.map { String($0.dropLast(3)) }.sorted()
    }

    /// The page's own tests, in a real browser, against this program.
    @Test(
        .enabled(if: ExternalTool.isThere("chromium"), "chromium is not installed"),
        arguments: try modules())
    func thePageWorksInABrowser(module: String) throws {
        let result = try ExternalTool.run(
            [
                "python3", "-m", "unittest", "discover", "--start-directory", Self.pageTests.path,
                "--pattern",
                module + ".py",
            ],
            environment: ["SCENED": Program.scened.path, "PYTHONDONTWRITEBYTECODE": "1"])
        #expect(result.status == 0, "\(result.errors)")
        let count = result.errors.firstMatch(of: /Ran (\d+) tests? in/).flatMap { Int($0.1) }
        #expect((count ?? 0) > 2, "\(result.errors)")
        // Films of others are tried by hand.
        let skipped = result.errors.firstMatch(of: /skipped=(\d+)/).flatMap { Int($0.1) } ?? 0
        #expect(skipped <= (module == "test_decisions" ? 1 : 0), "\(result.errors)")
    }
}

/// `segment --export`: the files that `scened export` would write, made in the same run.
@Suite struct SegmentExportTests {
    @Test func filesStandBesideTheEvents() throws {
        let folder = Scratch.path("exports")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let events = folder.appending(path: "run.jsonl").path
        let outcome = try Program.run([
            "segment", Fixtures.path("cuts.mp4"), "--min-scene", "1", "--quiet", "--output", events,
            "--export",
            "webvtt,edl,csv",
        ])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(
            names == ["cuts.cmx.edl", "cuts.csv", "cuts.vtt", "run.jsonl"] || names.count == 4, "\(names)")
        for (format, name) in [("webvtt", "cuts.vtt"), ("edl", "cuts.cmx.edl")] {
            let exported = try Program.run(["export", events, "--to", format])
            let written = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(exported.status == 0 && exported.output == written, "\(format)")
        }
    }

    @Test func whatCannotBeWrittenIsSaidFirst() throws {
        let clip = Fixtures.path("cuts.mp4")
        let unknown = try Program.run(["segment", clip, "--export", "papyrus"])
        #expect(unknown.status == 64 && unknown.errors.contains("webvtt"), "\(unknown.errors)")
        let nowhere = try Program.run(["segment", clip, "--output", "/nowhere/a.jsonl", "--export", "webvtt"])
        #expect(nowhere.status == 73, "\(nowhere.errors)")
        // Without timecode there are no frames to count.
        let events = try Scratch.file("run.jsonl").path
        let varying = try Program.run([
            "segment", Fixtures.path("groups_vfr.mp4"), "--quiet", "--output", events, "--export", "edl",
        ])
        #expect(varying.status == 65 && varying.errors.contains("--export"), "\(varying.errors)")
        // The events are whole all the same.
        #expect(try Program.run(["events", "check", events]).status == 0)
    }
}
