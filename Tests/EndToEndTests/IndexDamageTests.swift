import Foundation
import TestSupport
import Testing

/// Indexes whose files are not as they were written: every command says so in one line, erases nothing, and
/// names a remedy that works.
@Suite struct IndexDamageTests {
    private static let film = Fixtures.path("cuts.mp4")

    /// A file of embeddings with two scenes, and an index that holds it twice.
    private static let made: (embeddings: String, index: String) = {
        let folder = (try? Scratch.emptyFolder().path) ?? ""
        let (embeddings, index) = ("\(folder)/cuts.npz", "\(folder)/index")
        _ = try? Program.run(["embed", film, "--quiet", "--output", embeddings])
        for name in ["a", "b"] {
            _ = try? Program.run(["index", "add", index, embeddings, "--name", name, "--quiet"])
        }
        return (embeddings, index)
    }()

    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var file: String
        /// nil: the file goes.
        var change: @Sendable (Data) -> Data?
        var text: String
        /// What stands in the table alone is in the way of no writer.
        var isOfTable = false
        var testDescription: String { name }
    }

    /// Another byte at some places; negative ones count from the end.
    private static func setting(_ value: UInt8, _ places: Int...) -> @Sendable (Data) -> Data? {
        { bytes in
            var bytes = bytes
            for place in places { bytes[place < 0 ? bytes.count + place : place] = value }
            return bytes
        }
    }

    private static func narrowed(_ manifest: Data) -> Data? {
        let text = String(decoding: manifest, as: UTF8.self)
        return Data(text.replacing(#""dimension":301"#, with: #""dimension":300"#).utf8)
    }

    static let cases = [
        Case(name: "no log", file: "recordings.log", change: { _ in nil }, text: "rows, and"),
        Case(name: "empty log", file: "recordings.log", change: { _ in Data() }, text: "rows, and"),
        Case(
            name: "cut log", file: "recordings.log", change: { $0.dropLast(3) }, text: "names 2 of them"),
        Case(
            name: "damaged last line", file: "recordings.log",
            change: setting(UInt8(ascii: "?"), -20), text: "names 2 of them"),
        Case(name: "other width", file: "index.json", change: { narrowed($0) }, text: "another array"),
        Case(
            name: "recording", file: "scenes-0000.npy", change: setting(255, 256, 257, 258, 259),
            text: "scenes of 'a' are not as", isOfTable: true),
        Case(
            name: "another's row", file: "scenes-0000.npy", change: setting(1, 256),
            text: "scenes of 'a' are not as", isOfTable: true),
        Case(
            name: "far start", file: "scenes-0000.npy", change: setting(0x80, 256 + 15),
            text: "scenes of 'a' are not as", isOfTable: true),
        Case(
            name: "far end", file: "scenes-0000.npy", change: setting(0x7f, 256 + 23),
            text: "scenes of 'a' are not as", isOfTable: true),
        Case(
            name: "start behind end", file: "scenes-0000.npy", change: setting(1, 256 + 12),
            text: "scenes of 'a' are not as", isOfTable: true),
    ]

    private static func copy() throws -> String {
        let index = Scratch.path("index").path
        try FileManager.default.copyItem(atPath: made.index, toPath: index)
        return index
    }

    /// The bytes of an index's files, by name; without the lock.
    private static func contents(_ index: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: index).filter { $0 != "lock" }
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: index + "/" + $0))) })
    }

    @Test(arguments: cases) func everyCommandSaysIt(row: Case) throws {
        let index = try Self.copy()
        let url = URL(filePath: index + "/" + row.file)
        let changed = row.change(try Data(contentsOf: url))
        try FileManager.default.removeItem(at: url)
        try changed?.write(to: url)
        let before = try Self.contents(index)
        let (other, new) = (try Self.copy(), Scratch.path("new").path)
        let commands = [
            ["index", "info", index], ["index", "info", index, "--verify"], ["index", "threshold", index],
            ["index", "threshold", index, "--list", "3"], ["index", "merge", new, index],
            ["similar", "--scene", "a#1", "--index", index], ["similar", "--each", "a", "--index", index],
            ["similar", "\(Self.made.embeddings)@1", "--index", index],
            ["segment", Self.film, "--quiet", "--index", index],
        ]
        let writing = [
            ["index", "add", index, Self.made.embeddings, "--name", "c"], ["index", "remove", index, "a"],
            ["index", "merge", index, other],
        ]
        for command in commands + (row.isOfTable ? [] : writing) {
            let outcome = try Program.run(command)
            #expect(
                outcome.status == 65 && outcome.errorLines.count == 1 && outcome.output.isEmpty
                    && outcome.errors.contains(row.text), "\(command): \(outcome)")
        }
        #expect(try Self.contents(index) == before)
        #expect(!FileManager.default.fileExists(atPath: new))
        // The remedy that the line names.
        if row.isOfTable {
            #expect(try Program.run(["index", "remove", index, "a"]).status == 0)
        } else {
            try FileManager.default.removeItem(atPath: index)
        }
        let added = try Program.run(["index", "add", index, Self.made.embeddings, "--name", "a"])
        #expect(added.status == 0 && added.output == "a: 2 scenes added\n", "\(added)")
        #expect(try Program.run(["index", "info", index, "--verify"]).status == 0)
    }

    /// What is set can be set again, or removed; who does not ask for it does not need it.
    @Test func aDamagedThreshold() throws {
        for isRemoved in [false, true] {
            let index = try Self.copy()
            let file = index + "/threshold.json"
            try "x\n".write(toFile: file, atomically: true, encoding: .utf8)
            let segment = ["segment", Self.film, "--quiet", "--index", index]
            for command in [segment, ["index", "info", index], ["index", "merge", index, Self.made.index]] {
                let outcome = try Program.run(command)
                #expect(
                    outcome.status == 65 && outcome.errorLines.count == 1
                        && outcome.errors.contains("remove it, or set it again"), "\(command): \(outcome)")
            }
            #expect(try Program.run(["similar", "--scene", "a#1", "--index", index]).status == 0)
            #expect(try Program.run(segment + ["--seen-threshold", "0.9"]).status == 0)
            if isRemoved {
                try FileManager.default.removeItem(atPath: file)
            } else {
                #expect(try Program.run(["index", "threshold", index, "--set"]).status == 0)
            }
            #expect(try Program.run(segment).status == 0)
        }
    }

    /// Scenes that are copies score 1: no threshold leaves them out, which is said.
    @Test func copiesAreNotMeasured() throws {
        let measured = try Program.run(
            ["index", "threshold", Self.made.index, "--per-day", "9000", "--json"])
        #expect(measured.status == 0 && measured.output.contains(#""measured":false"#), "\(measured)")
        #expect(
            measured.errorLines.count == 1 && measured.errors.contains("4 scenes score 1, as copies do"),
            "\(measured)")
        let more = try Program.run(
            ["index", "threshold", Self.made.index, "--per-day", "100000", "--json"])
        #expect(more.output.contains(#""measured":true"#) && more.errors.isEmpty, "\(more)")
    }
}
