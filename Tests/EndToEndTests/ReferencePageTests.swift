import Foundation
import TestSupport
import Testing

/// The pages under `docs/reference` say what the program and the schema say.
@Suite struct ReferencePageTests {
    private func page(_ name: String) throws -> MarkdownPage { try MarkdownPage("docs/reference/\(name)") }

    /// `tools/docs/command-line` writes the page; `SCENED_UPDATE_GOLDENS=1` runs it.
    @Test func commandLine() throws {
        let tool = Program.repository.appending(path: "tools/docs/command-line")
        if ProcessInfo.processInfo.environment["SCENED_UPDATE_GOLDENS"] == "1" {
            let outcome = try Program.run(tool, ["--scened", Program.scened.path])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let outcome = try Program.run(tool, ["--scened", Program.scened.path, "--print"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let written = try page("command-line.md").text
        #expect(
            outcome.output == written,
            "the page and the program differ; SCENED_UPDATE_GOLDENS=1 writes the page anew")
        for word in ["## scened segment", "### scened train finetune", "`--deadline <", "`--output, -o <"] {
            #expect(written.contains(word), "\(word)")
        }
        #expect(!written.contains("feed-worker"))
    }

    /// Each status of the program is a row, and the other way round.
    /// The parser shows no default of an option with a reader of its own, so that the help says it.
    @Test func defaultsAreSaid() throws {
        let folder = Program.repository.appending(path: "Sources/scened")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        var options = 0
        for path in files.sorted() where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            for declaration in text.components(separatedBy: "@Option(").dropFirst() {
                let lines = declaration.split(separator: "\n", omittingEmptySubsequences: false)
                guard let last = lines.firstIndex(where: { $0.hasPrefix("    var ") }) else { continue }
                let option = lines[..<last].joined(separator: "\n")
                guard option.contains("transform:"), lines[last].contains(" = ") else { continue }
                options += 1
                #expect(option.contains("efault"), "\(path): \(lines[last])")
            }
        }
        #expect(options > 20)
    }

    @Test func exitStatus() throws {
        let source = try String(
            contentsOf: Program.repository.appending(path: "Sources/scened/Process/ExitStatus.swift"),
            encoding: .utf8)
        let known = source.matches(of: #/case \w+ = (\d+)/#).compactMap { Int($0.1) }
        let written = try page("exit-status.md").rows("Exit status", "Status").compactMap { Int($0[0]) }
        #expect(known.count > 10 && Set(known) == Set(written) && written == written.sorted())
    }

    /// Every type and field of the schema has a row, and every row a field; the words that a field may hold
    /// stand in its section.
    @Test func events() throws {
        let schema = try #require(
            try JSONSerialization.jsonObject(
                with: Data(
                    contentsOf: Program.repository.appending(path: "schema/events.schema.json")))
                as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        let page = try page("events.md")
        let types = (schema["oneOf"] as? [[String: String]] ?? []).compactMap {
            $0["$ref"].map { String($0.dropFirst("#/$defs/".count)) }
        }
        let overview = page.names("Events", "Type")
        #expect(types.count > 13 && overview == Set(types), "\(overview.symmetricDifference(types))")
        var headings = [
            "event": "Fields of every event", "instant": "Instant", "transition": "Transition",
            "part": "Part", "sound": "Sound", "sound_entry": "Sound at a cut",
            "relief": "degraded and recovered",
        ]
        for type in types where !["degraded", "recovered"].contains(type) { headings[type] = type }
        for (name, heading) in headings {
            let section = page.section(heading)
            var fields: Set<String> = []
            for (field, rule) in definitions[name]?["properties"] as? [String: [String: Any]] ?? [:]
            where field != "type" || name == "event" {
                fields.insert(field)
                if ["media", "model", "counts"].contains(field) {
                    let inner = rule["properties"] as? [String: Any] ?? [:]
                    fields.formUnion(inner.keys.map { "\(field).\($0)" })
                }
                let items = rule["items"] as? [String: Any]
                for word in (rule["enum"] ?? items?["enum"]) as? [Any] ?? [] {
                    guard let word = word as? String, (name, field) != ("heartbeat", "reason") else {
                        continue
                    }
                    #expect(
                        section.contains("`\(word)`"),
                        "\(heading) does not name \(field) \(word)")
                }
            }
            let written = page.names(heading, "Field")
            #expect(
                !fields.isEmpty && written == fields, "\(heading): \(written.symmetricDifference(fields))")
        }
        let samples = page.text.matches(of: #/(?m)^\{"v":1,"type":"(\w+)"/#).map { String($0.1) }
        #expect(Set(samples).union(["recovered"]) == Set(types))
    }

    /// The commands of http.md and first-feed.md work against a running service, and what the pages list is
    /// what it serves.
    @Test(.enabled(if: ExternalTool.isThere("curl"), "curl is absent"))
    func http() throws {
        let port = LoopbackListener.freePort()
        let blocks = try DocumentedBlock.all(on: "docs/reference/http.md").map { block in
            block.text.replacingOccurrences(of: "9310", with: "\(port)")
                .replacingOccurrences(of: "--max-time 5", with: "--max-time 1")
        }
        try #require(blocks.count == 4 && blocks[3].contains("/v1/events"))
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.shell(
            """
            set -e; cd '\(folder.path)'
            cat > scened.yaml <<END
            state: $PWD/state
            http: {listen: "127.0.0.1:\(port)", events: true}
            sinks: [{to: file, name: kept, path: $PWD/kept.jsonl}]
            feeds: [{name: demo, input: "tcp://127.0.0.1:1"}]
            END
            scened run --config scened.yaml 2> log &
            trap 'kill %1; wait %1' EXIT
            until curl -sf -o nothing http://127.0.0.1:\(port)/readyz; do sleep 0.1; done
            { \(blocks[0])
            } > health
            \(blocks[1]) > feeds
            \(blocks[2]) > metrics
            \(blocks[3].replacingOccurrences(of: "curl -s", with: "curl -si")) > events || test $? = 28
            curl -sI http://127.0.0.1:\(port)/nothing > missing
            curl -si -X POST http://127.0.0.1:\(port)/healthz > posted
            curl -s http://127.0.0.1:\(port)/ > start
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        func got(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        let page = try page("http.md")
        let health = try got("health").split(separator: "\n")
        #expect(health.first == "ok" && health.last?.hasPrefix("{\"ready\":true,\"reasons\":[]") == true)
        #expect(try got("events").contains("content-type: text/event-stream"))
        #expect(try got("missing").contains(" 404 ") && got("missing").contains("nosniff"))
        #expect(try got("posted").contains(" 405 ") && got("posted").contains("allow: GET, HEAD"))

        let listed = page.names("HTTP", "Page")
        let linked = Set(try got("start").matches(of: #/href="([^"]+)"/#).map { String($0.1) })
        let pages = linked.subtracting(["/feeds/demo"]).union([
            "/", "/feeds/NAME", "/v1/feeds/NAME/pictures/PTS.jpg",
        ])
        #expect(listed == pages && linked.contains("/feeds/demo"), "\(listed.symmetricDifference(pages))")

        let metrics = Set(try got("metrics").matches(of: #/# TYPE (\S+)/#).map { String($0.1) })
        let named = page.names("Metrics", "Metric")
        #expect(named == metrics, "\(named.symmetricDifference(metrics))")

        let board = try #require(
            try JSONSerialization.jsonObject(with: Data(got("feeds").utf8)) as? [String: Any])
        for (list, head) in [("feeds", "Field of `feeds`"), ("sinks", "Field of `sinks`")] {
            let served = (board[list] as? [[String: Any]])?.first?.keys.map { $0 } ?? []
            let written = page.names("Feeds", head)
            #expect(!served.isEmpty && written == Set(served), "\(written.symmetricDifference(served))")
        }
    }

    /// The site builds without a warning, where its generator is installed (`scripts/docs` installs it).
    @Test(.enabled(if: isGeneratorThere, "scripts/docs has not installed the site's generator"))
    func site() throws {
        let site = try Scratch.emptyFolder()
        let outcome = try Program.run(
            Program.repository.appending(path: "scripts/docs"), ["--into", site.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let start = try String(contentsOf: site.appending(path: "index.html"), encoding: .utf8)
        #expect(start.contains("tutorials/first-film"))
        // Nothing is fetched from elsewhere when a page is looked at.
        #expect(start.matches(of: #/<(?:script|link|img)[^>]*(?:src|href)="https?:/#).isEmpty)
        let index = try String(
            contentsOf: site.appending(path: "search/search_index.json"), encoding: .utf8)
        #expect(index.contains("tutorials/first-feed"))
    }

    static let isGeneratorThere = FileManager.default.isExecutableFile(
        atPath: Program.repository.appending(path: ".build/docs-venv/bin/mkdocs").path)
}
