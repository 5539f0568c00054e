import Foundation
import TestSupport
import Testing

/// The pages under `docs/reference` say what the program and the schema say.
@Suite struct ReferencePageTests {
    private func page(_ name: String) throws -> String {
        try String(
            contentsOf: Program.repository.appending(path: "docs/reference/\(name)"), encoding: .utf8)
    }

    /// The text of each section, by its heading of any level.
    private func sections(_ text: String) -> [String: String] {
        var sections: [String: String] = [:]
        var heading = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            } else {
                sections[heading, default: ""] += line + "\n"
            }
        }
        return sections
    }

    /// The rows of the tables whose heads begin with `| head |`, as cells.
    private func rows(_ section: String, _ head: String) -> [[String]] {
        var rows: [[String]] = []
        var isThere = false
        for line in section.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isThere = false
                continue
            }
            let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if isThere, !line.hasPrefix("|---") { rows.append(cells) }
            isThere = isThere || cells.first == head
        }
        return rows
    }

    private func code(_ text: String) -> [String] { text.matches(of: #/`([^`]+)`/#).map { String($0.1) } }

    /// `tools/docs/command-line` writes the page; `SCENED_UPDATE_GOLDENS=1` runs it.
    @Test func commandLine() throws {
        let tool = Program.repository.appending(path: "tools/docs/command-line")
        if ProcessInfo.processInfo.environment["SCENED_UPDATE_GOLDENS"] == "1" {
            let outcome = try Program.run(tool, ["--scened", Program.scened.path])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let outcome = try Program.run(tool, ["--scened", Program.scened.path, "--print"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let written = try page("command-line.md")
        #expect(
            outcome.output == written,
            "the page and the program differ; SCENED_UPDATE_GOLDENS=1 writes the page anew")
        for word in ["## scened segment", "### scened train finetune", "`--deadline <", "`--output, -o <"] {
            #expect(written.contains(word), "\(word)")
        }
        #expect(!written.contains("feed-worker"))
    }

    /// Each status of the program is a row, and the other way round.
    @Test func exitStatus() throws {
        let source = try String(
            contentsOf: Program.repository.appending(path: "Sources/scened/Process/ExitStatus.swift"),
            encoding: .utf8)
        let known = source.matches(of: #/case \w+ = (\d+)/#).compactMap { Int($0.1) }
        let written = rows(try page("exit-status.md"), "Status").compactMap { Int($0[0]) }
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
        let text = try page("events.md")
        let sections = sections(text)
        let types = (schema["oneOf"] as? [[String: String]] ?? []).compactMap {
            $0["$ref"].map { String($0.dropFirst("#/$defs/".count)) }
        }
        let overview = Set(rows(sections["Events"] ?? "", "Type").flatMap { code($0[0]) })
        #expect(types.count > 13 && overview == Set(types), "\(overview.symmetricDifference(types))")
        var headings = [
            "event": "Fields of every event", "instant": "Instant", "transition": "Transition",
            "part": "Part",
            "relief": "degraded and recovered",
        ]
        for type in types where !["degraded", "recovered"].contains(type) { headings[type] = type }
        for (name, heading) in headings {
            let section = try #require(sections[heading], "no section \(heading)")
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
                    guard let word = word as? String, !section.contains("](#gap)") else { continue }
                    #expect(code(section).contains(word), "\(heading) does not name \(field) \(word)")
                }
            }
            let written = Set(rows(section, "Field").flatMap { code($0[0]) })
            #expect(
                !fields.isEmpty && written == fields, "\(heading): \(written.symmetricDifference(fields))")
        }
        let samples = text.matches(of: #/(?m)^\{"v":1,"type":"(\w+)"/#).map { String($0.1) }
        #expect(Set(samples).union(["recovered"]) == Set(types))
    }

    /// Every key that the program knows has a row under its section, and every row a key that it knows; what
    /// a key accepts is what the program says when it refuses something else.
    @Test func configuration() throws {
        let sections = sections(try page("configuration.md"))
        let feeds = "feeds:\n  - name: a\n    input: /dev/null\n"
        let top = "state: /nowhere\n"
        let hook = "sinks:\n  - to: webhook\n    name: hook\n    url: http://localhost/\n"
        let file = "sinks:\n  - to: file\n    name: kept\n    path: /nowhere/a\n"
        // Where a key of each section stands; @ is the key and its value.
        let places: [(headings: [String], yaml: String, without: Set<String>)] = [
            (["Top level"], top + feeds + "@\n", []),
            (["journal"], top + feeds + "journal:\n  @\n", []),
            (["http"], top + feeds + "http:\n  @\n", []),
            (["socket"], top + feeds + "socket:\n  @\n", []),
            (["limits"], top + feeds + "limits:\n  @\n", []),
            (["log"], top + feeds + "log:\n  @\n", []),
            (["All sinks", "stdout"], top + feeds + "sinks:\n  - to: stdout\n    @\n", []),
            (["All sinks", "file"], top + feeds + file + "    @\n", []),
            (["All sinks", "webhook"], top + feeds + hook + "    @\n", []),
            (["feeds"], top + feeds + "    @\n", []),
            (["feeds"], top + feeds + "defaults:\n  @\n", ["name", "input"]),
        ]
        func answer(_ yaml: String) throws -> String {
            let path = try Scratch.file("scened.yaml")
            try yaml.write(to: path, atomically: false, encoding: .utf8)
            let outcome = try Program.run(["check-config", path.path])
            #expect(outcome.status == 78, "\(yaml)\(outcome.output)")
            return outcome.output + outcome.errors
        }
        var compared = 0
        for place in places {
            let cells = place.headings.flatMap { rows(sections[$0] ?? "", "Key") }
            let written = Set(cells.flatMap { code($0[0]) }).subtracting(place.without)
            let refused = try answer(place.yaml.replacingOccurrences(of: "@", with: "zzzzzzzz: 1"))
            let list = try #require(refused.firstMatch(of: #/known here: ([a-z, -]+)/#)?.1)
            let known = Set(list.split(separator: ", ").map(String.init))
            #expect(written == known, "\(place.headings): \(written.symmetricDifference(known))")
            for cell in cells where place.without.isEmpty {
                let isChoice = cell[1].hasPrefix("exact, ") || cell[1].hasPrefix("thirds, ")
                guard
                    cell[1].first?.isNumber ?? false || cell[1].hasPrefix("a whole number")
                        || cell[1].hasPrefix("a size") || cell[1] == "true or false" || isChoice
                        || cell[1].hasPrefix("error, ")
                else { continue }
                let key = code(cell[0])[0]
                let said = try answer(place.yaml.replacingOccurrences(of: "@", with: "\(key): bogus!"))
                #expect(said.contains("takes \(cell[1])\n"), "\(key): \(cell[1]); the program: \(said)")
                compared += 1
            }
        }
        #expect(compared > 35)
    }

    /// The commands of http.md and first-feed.md work against a running service, and what the pages list is
    /// what it serves.
    @Test(
        .enabled(if: ExternalTool.isThere("curl"), "curl is absent"))
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
        let sections = sections(page)
        let health = try got("health").split(separator: "\n")
        #expect(health.first == "ok" && health.last?.hasPrefix("{\"ready\":true,\"reasons\":[]") == true)
        #expect(try got("events").contains("content-type: text/event-stream"))
        #expect(try got("missing").contains(" 404 ") && got("missing").contains("nosniff"))
        #expect(try got("posted").contains(" 405 ") && got("posted").contains("allow: GET, HEAD"))

        let listed = Set(rows(sections["HTTP"] ?? "", "Page").flatMap { code($0[0]) })
        let linked = Set(try got("start").matches(of: #/href="([^"]+)"/#).map { String($0.1) })
        #expect(listed == linked.union(["/"]), "\(listed.symmetricDifference(linked))")

        let metrics = Set(try got("metrics").matches(of: #/# TYPE (\S+)/#).map { String($0.1) })
        let named = Set(rows(sections["Metrics"] ?? "", "Metric").flatMap { code($0[0]) })
        #expect(named == metrics, "\(named.symmetricDifference(metrics))")

        let board = try #require(
            try JSONSerialization.jsonObject(with: Data(got("feeds").utf8)) as? [String: Any])
        for (list, head) in [("feeds", "Field of `feeds`"), ("sinks", "Field of `sinks`")] {
            let served = (board[list] as? [[String: Any]])?.first?.keys.map { $0 } ?? []
            let written = Set(rows(sections["Feeds"] ?? "", head).flatMap { code($0[0]) })
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
