import Foundation
import TestSupport
import Testing

/// What the documentation tells to paste does what the documentation says.
@Suite struct DocumentationTests {
    private static let film = [
        (name: "film.mp4", path: Fixtures.path("cuts.mp4")),
        (name: "film.mkv", path: Fixtures.path("cuts.mkv")),
    ]

    private func block(_ heading: String, _ place: Int = 0) throws -> String {
        let blocks = try Documentation.blocks(under: heading)
        return try #require(place < blocks.count ? blocks[place] : nil, "no block under \(heading)")
    }

    /// The first screen shows what the program says of the film that `scripts/run` makes.
    @Test func firstScreen() throws {
        let readme = try String(contentsOf: Program.repository.appending(path: "README.md"), encoding: .utf8)
        let events = try String(
            contentsOf: Program.repository.appending(path: "docs/reference/events.md"), encoding: .utf8)
        let demo = try Fixtures.demo()
        let outcome = try Program.run(["segment", demo.path])
        #expect(outcome.status == 0)
        let table = try #require(readme.split(separator: "```").first { $0.contains("scene         start") })
        let shown = table.split(separator: "\n").filter { !$0.hasPrefix("$") }.map(String.init)
        #expect(shown.count == 6)
        #expect(Array(outcome.errorLines.drop { !$0.hasPrefix("scene ") }) == shown)
        let boundaries = outcome.events.filter { $0.type == "boundary" }
        // The last is decided at the film's end.
        let delays = boundaries.dropLast().compactMap { $0.fields["delay"] as? Double }
        #expect(delays.count == 3 && delays.allSatisfy { 29...30.5 ~= $0 }, "\(delays)")
        #expect(events.contains("29 to 30 s after the boundary"))
        let start = try #require(outcome.events.first?.fields)
        for field in ["detector_lag", "delay_bound"] {
            let value = try #require(start[field] as? Double)
            let written =
                String(value)
                + String(repeating: "0", count: 6 - (String(value).split(separator: ".").last?.count ?? 0))
            #expect(events.contains("\"\(field)\":\(written),"), "\(field) \(written)")
        }
    }

    /// Every rule that a comment cites stands in the contract under its number.
    @Test func citedRulesStandInTheContract() throws {
        let contract = try String(
            contentsOf: Program.repository.appending(path: "docs/reference/contract.md"), encoding: .utf8)
        let headings = contract.matches(of: #/\n### (\d+)\. /#)
        let rules = Set(headings.compactMap { Int($0.1) })
        let (one, other) = (97, 98)
        #expect(Documentation.citedRules(in: "/// (contract \(one) and\n    /// \(other))") == [one, other])
        #expect(!rules.contains(one))
        var count = 0
        for (path, text) in try Documentation.texts(below: ["Sources", "Tests"]) {
            let cited = Documentation.citedRules(in: text)
            count += cited.count
            #expect(rules.isSuperset(of: cited), "\(path) cites \(cited.filter { !rules.contains($0) })")
        }
        #expect(count > 50)
    }

    /// Scripts, tools and pages that are named anywhere are there; tools/README.md has a line for every tool.
    @Test func namedFilesAreThere() throws {
        let places = [
            "README.md", "CONTRIBUTING.md", "docs", "scripts", "tools", "systemd", "schema", "Package.swift",
            "Sources", "Tests",
        ]
        let name =
            /(?:scripts\/[a-z-]+|tools\/[a-z]+\/[a-z0-9_-]+(?:\.py)?|docs\/[a-z0-9\/-]+\.(?:md|jsonl?))/
        for (path, text) in try Documentation.texts(below: places) {
            for match in text.matches(of: name) {
                #expect(
                    FileManager.default.fileExists(
                        atPath: Program.repository.appending(path: String(match.0)).path),
                    "\(path) names \(match.0)")
            }
        }
        let list = try String(
            contentsOf: Program.repository.appending(path: "tools/README.md"), encoding: .utf8)
        for (path, _) in try Documentation.texts(below: ["tools"]) where !path.contains(".") {
            let isListed = list.contains("`\(path)`") || list.contains("`\(path) ")
            #expect(isListed, "tools/README.md does not name \(path)")
        }
    }

    /// Links within the documentation lead somewhere.
    @Test func linksLead() throws {
        let link = /\]\(([^)\s#]*)(?:#([^)\s]+))?\)/
        let others = ["CONTRIBUTING.md", "tools/README.md", "fixtures/README.md"]
        for page in try Documentation.pages() + others.map({ Program.repository.appending(path: $0) }) {
            let text = try String(contentsOf: page, encoding: .utf8)
            for match in text.matches(of: link) where !match.1.hasPrefix("http") {
                let target =
                    match.1.isEmpty
                    ? page : page.deletingLastPathComponent().appending(path: String(match.1)).standardized
                #expect(
                    FileManager.default.fileExists(atPath: target.path), "\(page.path): \(match.0)")
                guard let anchor = match.2 else { continue }
                let anchors = Documentation.anchors(of: try String(contentsOf: target, encoding: .utf8))
                #expect(anchors.contains(String(anchor)), "\(page.path): \(match.0)")
            }
        }
    }

    /// A file, chapters, a pipe, shots.
    @Test func use() throws {
        let text = try block("First film")
        try #require(text.split(separator: "\n").count == 4)
        let (outcome, folder) = try Documentation.paste(text, files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        // Of the pipe; the other events are in a file.
        #expect(outcome.events.filter { $0.type == "stream_end" }.count == 1)
        for (name, start) in [
            ("film.events.jsonl", "{"), ("film.vtt", "WEBVTT"), ("film-Scenes.csv", "Scene Number"),
        ] {
            let written = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(written.hasPrefix(start), "\(name)")
        }
    }

    /// A feed in a terminal; the minute is made short, and the port one that is free.
    @Test func tailALiveFeed() throws {
        let port = "\(LoopbackListener.freePort())"
        var text = try block("First live feed")
        for (old, new) in [
            ("5002", port), ("timeout 60 .build/release/scened", "timeout -s INT 12 scened"),
            ("--deadline 30", "--deadline 6"),
        ] {
            try #require(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        // `timeout` says that it had to end the program.
        let pasted = "film=film.mp4\n\(text) --heartbeat 1 --min-scene 1 || test $? = 124\nkill %1"
        let (outcome, _) = try Documentation.paste(pasted, files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let types = Set(outcome.events.map(\.type))
        #expect(types.isSuperset(of: ["heartbeat", "boundary"]), "\(types)")
        #expect(outcome.events.contains { $0.fields["state"] as? String == "running" })
    }

    @Test func exportScenes() throws {
        // A film with tags, and with chapters of its own, which go.
        let made = """
            printf ';FFMETADATA1\\n[CHAPTER]\\nTIMEBASE=1/1\\nSTART=0\\nEND=3\\ntitle=old\\n' > old.txt
            ffmpeg -v error -i film.mp4 -i old.txt -map_chapters 1 -c copy -metadata title=T -metadata artist=A \
                -metadata date=2020 -metadata comment=C -metadata copyright=R tagged.mp4
            mv tagged.mp4 film.mp4
            scened segment film.mp4 --min-scene 1 --quiet --output film.events.jsonl

            """
        let (outcome, folder) = try Documentation.paste(made + (try block("Export")), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for name in ["chapters.txt", "film.chapters.mp4", "film.vtt", "film.cmx.edl"] {
            let size = (try? folder.appending(path: name).resourceValues(forKeys: [.fileSizeKey]))?.fileSize
            #expect((size ?? 0) > 0, "\(name)")
        }
        let probe = try Program.shell(
            "cd '\(folder.path)'; ffprobe -v error -of json -show_format -show_chapters -show_streams film.chapters.mp4"
        )
        let probed = try #require(
            try JSONSerialization.jsonObject(with: Data(probe.output.utf8)) as? [String: Any])
        let tags = (probed["format"] as? [String: Any])?["tags"] as? [String: String] ?? [:]
        for (name, value) in ["title": "T", "artist": "A", "date": "2020", "comment": "C", "copyright": "R"] {
            #expect(tags[name] == value, "\(name): \(tags)")
        }
        let titles = (probed["chapters"] as? [[String: Any]] ?? []).compactMap {
            ($0["tags"] as? [String: String])?["title"]
        }
        #expect(titles.count > 1 && titles == (1...titles.count).map { "Scene \($0)" }, "\(titles)")
    }

    @Test func ownEmbeddings() throws {
        let (outcome, _) = try Documentation.paste(try block("Use your own embeddings"), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.events.contains { $0.type == "score" } && outcome.events.last?.type == "stream_end")
    }

    /// The lists of the other detectors are ours here: in their formats.
    @Test func shotsOfAnotherDetector() throws {
        var lines = try block("Use the shots of another detector").split(separator: "\n")
        try #require(lines.first?.hasPrefix("scenedetect ") == true)
        lines[0] = "scened shots film.mp4 --to csv > film-Scenes.csv"
        lines.insert("printf '0 39\\n40 84\\n85 399\\n' > film.mp4.scenes.txt", at: 1)
        let (outcome, _) = try Documentation.paste(lines.joined(separator: "\n"), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.events.filter { $0.type == "shot" }.count == 10)
        #expect(outcome.output.contains("Scene Number"))
    }

    @Test func againstLabels() throws {
        var text = try block("Against labels")
        let fixtures = Program.repository.appending(path: "fixtures").path
        text = text.replacingOccurrences(of: "fixtures/", with: fixtures + "/")
        // Labels are the user's own.
        let lines = text.split(separator: "\n").filter { !$0.contains("labels.json") }
        try #require(lines.count == 3)
        let (outcome, _) = try Documentation.paste(lines.joined(separator: "\n"), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("AP") && outcome.output.contains("recall"))
    }
}
