import Foundation
import TestSupport
import Testing

/// `scened export` with several formats and live, and the files in the eyes of other programs.
@Suite struct ExportCommandTests {
    private static let events = Fixtures.root.appending(path: "fixtures/export/film.events.jsonl").path
    private static let formats = "webvtt,kodi,edl,otio,hls,keyframes"
    private static let names = [
        ".cmx.edl", ".daterange.m3u8part", ".edl", ".keyframes.txt", ".otio", ".vtt",
    ]

    private func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test(arguments: [["--output", "lists/"], ["--output-stem", "lists/a.film"]])
    func severalFormats(place: [String]) throws {
        let folder = try Scratch.emptyFolder()
        var arguments = place
        arguments[1] = folder.path + "/" + place[1]
        let outcome = try Program.run(["export", Self.events, "--to", Self.formats] + arguments)
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
        let stem = place[1] == "lists/" ? "film" : "a.film"
        #expect(try names(in: folder.appending(path: "lists")) == Self.names.map { stem + $0 })
    }

    /// Nothing of what is read is written over, in a folder either.
    @Test func inputsStay() throws {
        let folder = try Scratch.emptyFolder()
        let events = folder.appending(path: "film.vtt")
        try FileManager.default.copyItem(at: URL(filePath: Self.events), to: events)
        let outcome = try Program.run(["export", events.path, "--to", "webvtt,otio", "--output", folder.path])
        #expect(outcome.status == 64 && outcome.errors.contains("would overwrite it"), "\(outcome.errors)")
        #expect(try names(in: folder) == ["film.vtt"])
        #expect(FileManager.default.contentsEqual(atPath: Self.events, andPath: events.path))
    }

    /// 1,100 scenes: two files behind the name of one; standard output has no room for them.
    @Test func longEditLists() throws {
        let events = try Scratch.file("events.jsonl")
        let sample = SampleStream(lengths: Array(repeating: 30, count: 1100))
        try Data(sample.lines.joined().utf8).write(to: events)
        let output = try Scratch.emptyFolder().appending(path: "film.v1.edl")
        let written = try Program.run(["export", events.path, "--to", "edl", "--output", output.path])
        #expect(written.status == 0, "\(written.errors)")
        #expect(try names(in: output.deletingLastPathComponent()) == ["film.v1-2.edl", "film.v1.edl"])
        let refused = try Program.run(["export", events.path, "--to", "edl"])
        #expect(refused.status == 64 && refused.output.isEmpty)
        #expect(refused.errors == "scened: edl needs 2 files here; give --output FILE\n")
    }

    /// Events come line by line; after each line the file is read. It is whole at any instant, and holds all
    /// scenes that are final.
    @Test(arguments: ["webvtt", "hls", "otio", "cloudevents"])
    func liveFilesAreWholeAtAnyInstant(format: String) throws {
        let file = try Scratch.emptyFolder().appending(path: "scenes")
        let process = Process()
        process.executableURL = Program.scened
        process.arguments = ["export", "-", "--to", format, "--live", "--output", file.path]
        let input = Pipe()
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.start()
        let lines = SampleStream(lengths: [300, 1501, 200, 400], gaps: [0, 10]).lines
        var scenes = 0
        for line in lines {
            try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
            scenes += line.contains(#""type":"scene""#) ? 1 : 0
            let deadline = Date(timeIntervalSinceNow: 60)
            while try Self.entries(in: file, format) != scenes {
                try #require(Date() < deadline, "\(scenes) scenes")
                sched_yield()
            }
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && scenes == 4)
        let whole = try Scratch.file("whole.jsonl")
        try Data(lines.joined().utf8).write(to: whole)
        let once = try Program.run(["export", whole.path, "--to", format])
        #expect(try String(contentsOf: file, encoding: .utf8) == once.output)
    }

    /// Scenes in a file that may be replaced at any time; nil before it is there. Fails if it is not whole.
    private static func entries(in file: URL, _ format: String) throws -> Int? {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        switch format {
        case "webvtt":
            #expect(text.hasPrefix("WEBVTT scenes\n") && text.hasSuffix("\n"), "\(text)")
            let blocks = text.components(separatedBy: "\n\n").dropFirst()
            #expect(blocks.allSatisfy { $0.split(separator: "\n").count == 3 }, "\(text)")
            return blocks.count
        case "hls":
            #expect(text.hasPrefix("# Times count from ") && text.hasSuffix("\n"), "\(text)")
            return text.split(separator: "\n").count { $0.contains("CLASS=\"org.scened.scene\"") }
        case "otio":
            let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let tracks = (document?["tracks"] as? [String: Any])?["children"] as? [[String: Any]]
            let children = tracks?.first?["children"] as? [[String: Any]]
            return children?.count { $0["OTIO_SCHEMA"] as? String == "Clip.2" }
        default:
            let batch = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
            return batch?.count { $0["type"] as? String == "org.scened.scene.v1" }
        }
    }

    /// What no format can say ends the run with one line, and leaves no file.
    @Test func refusalsLeaveNothing() throws {
        let events = Fixtures.root.appending(path: "fixtures/export/variable_rate.events.jsonl").path
        let folder = try Scratch.emptyFolder()
        let outcome = try Program.run(["export", events, "--to", "webvtt,edl", "--output", folder.path])
        #expect(outcome.status == 65 && outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("give --rate 25"), "\(outcome.errors)")
        #expect(try names(in: folder).isEmpty)
        let placed = try Program.run([
            "export", events, "--to", "webvtt,edl", "--output", folder.path, "--rate", "25",
        ])
        #expect(placed.status == 0, "\(placed.errors)")
        #expect(try names(in: folder) == ["film.cmx.edl", "film.vtt"])
    }

    /// Events whose shots were left out list none, and the calendar has no day that is not in it.
    @Test func whatIsMissingIsSaid() throws {
        let events = try Scratch.file("events.jsonl")
        let lines = SampleStream().lines.filter { !$0.contains(#""type":"shot""#) }
        try Data(lines.joined().utf8).write(to: events)
        for arguments in [["keyframes"], ["pyscenedetect"], ["webvtt", "--of", "shots"]] {
            let outcome = try Program.run(["export", events.path, "--to"] + arguments)
            #expect(outcome.status == 65 && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains("the events tell no shots"), "\(outcome.errors)")
        }
        let dated = try Program.run([
            "export", Self.events, "--to", "hls", "--program-date-time", "2026-02-30T00:00:00Z",
        ])
        #expect(dated.status == 64 && dated.output.isEmpty, "\(dated.errors)")
    }

    @Test func helpListsTheFormats() throws {
        let outcome = try Program.run(["export", "--help"])
        #expect(outcome.status == 0)
        let rows = outcome.lines.drop { $0 != "Formats:" }.dropFirst().prefix { $0 != "Examples:" }
        #expect(rows.count == 19, "\(outcome.output)")
        #expect(rows.allSatisfy { $0.hasPrefix("  ") && $0.count <= 80 }, "\(outcome.output)")
    }

    @Test func adBreaks() throws {
        let arguments = ["adbreaks", Self.events, "--every", "20", "--first", "15", "--window", "10"]
        let table = try Program.run(arguments)
        #expect(table.status == 0, "\(table.errors)")
        #expect(
            table.output.split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",").count }
                == [6, 1, 1, 6])
        let splices = try Program.run(arguments + ["--to", "scte35"]).events.map(\.fields)
        #expect(splices.count == 4 && splices[1]["base64"] is NSNull)
        #expect((splices[0]["base64"] as? String)?.hasPrefix("/DAn") == true, "\(splices[0])")
    }

    /// Every format, read by programs and packages that others use, over films of all kinds.
    @Test(.enabled(if: ExternalTool.hasPython, "python3 is not installed"))
    func filesAreReadByOthers() throws {
        let script = Program.repository.appending(path: "tools/check/formats").path
        let venv = Program.repository.appending(path: ".build/venv/bin/python").path
        let python = FileManager.default.isExecutableFile(atPath: venv) ? venv : "python3"
        let result = try ExternalTool.run([python, script, "--few", "--scened", Program.scened.path])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.split(separator: "\n").count == 32)
    }
}
