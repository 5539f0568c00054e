import Foundation
import TestSupport
import Testing

/// Names of recordings that a line, a column or a terminal does not hold as they are: each command takes what
/// another one wrote.
@Suite struct IndexNameTests {
    private static let names = [
        "t\tab", "new\nline", " space", "\u{feff}mark", "\u{1b}[31mred", "turned\u{202e}", "\"quoted\"#1",
        "a@b",
    ]

    private static let embeddings: String = {
        let path = Scratch.path("cuts.npz").path
        _ = try? Program.run(["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", path])
        return path
    }()

    private static func isShown(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || scalar.properties.generalCategory != .control && scalar != "\u{202e}"
        }
    }

    @Test func namesComeBack() throws {
        let index = Scratch.path("in\u{1b}[2Jdex").path
        for name in Self.names {
            let added = try Program.run(["index", "add", index, Self.embeddings, "--name", name])
            #expect(added.status == 0 && added.lines.count == 1 && Self.isShown(added.output), "\(added)")
        }
        let info = try Program.run(["index", "info", index, "--recordings"])
        #expect(info.lines.count == Self.names.count && Self.isShown(info.output), "\(info)")

        // A table of pairs, and what takes names of scenes from it.
        let list = try Program.run(["index", "threshold", index, "--list", "100"])
        let rows = list.lines.dropFirst().map { $0.split(separator: "\t").map(String.init) }
        #expect(list.status == 0 && rows.count >= Self.names.count && rows.allSatisfy { $0.count == 5 })
        #expect(Self.isShown(list.output.replacing("\t", with: "")), "\(list.output)")
        for cell in Set(rows.flatMap { $0.prefix(2) }) {
            let found = try Program.run(["similar", "--scene", cell, "--index", index, "--top", "1"])
            #expect(found.status == 0 && found.lines.count == 1, "\(cell): \(found)")
        }
        let known = Scratch.path("pairs.tsv").path
        for row in rows {
            // Each line for itself, without the headings: it may be the first.
            try row.joined(separator: "\t").appending("\n").write(
                toFile: known, atomically: true, encoding: .utf8)
            let measured = try Program.run(["index", "threshold", index, "--known", known, "--json"])
            #expect(
                measured.status == 0
                    && measured.output.contains("\"scenes\":\(2 * Self.names.count - 2),"),
                "\(row): \(measured)")
        }
        for name in Self.names {
            #expect(try Program.run(["index", "remove", index, name]).status == 0, "\(name)")
        }
        let merged = try Program.run(["index", "merge", Scratch.path("other").path, index])
        #expect(merged.status == 0 && Self.isShown(merged.output), "\(merged)")
    }

    /// Bytes that are no UTF-8: as they are, and as JSON shows them.
    @Test func namesOfAnyBytes() throws {
        let index = Scratch.path("index").path
        func scened(_ line: String) throws -> Program.Outcome { try Program.shell("scened \(line)") }
        let add = "index add '\(index)' '\(Self.embeddings)' --name"
        #expect(try scened("\(add) other").status == 0)
        #expect(try scened("\(add) $'bad\\xff'").status == 0)
        let list = try Program.run(["index", "info", index, "--recordings", "--json"])
        let shown = try #require(list.events.first?.fields["recording"] as? String)
        #expect(shown == "bad\u{10ffff}")
        let wanted = try scened("similar --scene $'bad\\xff#1' --index '\(index)'")
        #expect(wanted.status == 0 && wanted.lines.count == 3, "\(wanted)")
        for asked in [["--scene", "\(shown)#1"], ["\(shown)@1"]] {
            let found = try Program.run(["similar"] + asked + ["--index", index])
            #expect(found.status == 0 && found.output == wanted.output, "\(asked): \(found)")
        }
        let again = try Program.run(["index", "add", index, Self.embeddings, "--name", shown])
        #expect(again.output.hasSuffix(": already in the index, 2 scenes\n"), "\(again)")
        #expect(try Program.run(["index", "remove", index, shown]).status == 0)
        #expect(try Program.run(["index", "info", index, "--json"]).output.hasPrefix(#"{"recordings":1,"#))
    }

    /// Events of a feed whose name holds what no line holds: each recording is one line.
    @Test func feedsOfAnyName() throws {
        let events = Scratch.path("events.jsonl").path
        let run = try Program.run(
            ["segment", Fixtures.path("cuts.mp4"), "--vectors", "--quiet", "--output", events])
        #expect(run.status == 0, "\(run.errors)")
        let text = try String(contentsOfFile: events, encoding: .utf8)
        let feed = try #require(text.firstMatch(of: #/"feed":"[^"]*"/#)).output
        try text.replacing(feed, with: #""feed":"a\u001b[31m\nb""#).write(
            toFile: events, atomically: true, encoding: .utf8)
        let followed = try Program.run(["index", "follow", Scratch.path("index").path, events])
        #expect(followed.status == 0 && followed.lines.count == 2, "\(followed)")
        #expect(Self.isShown(followed.output), "\(followed)")
    }
}
