import Foundation
import TestSupport
import Testing

/// What README tells to paste does what README says.
@Suite struct ReadmeTests {
    private static let film = [
        (name: "film.mp4", path: Fixtures.path("cuts.mp4")),
        (name: "film.mkv", path: Fixtures.path("cuts.mkv")),
    ]

    private func block(_ heading: String, _ place: Int = 0) throws -> String {
        let blocks = try Readme.blocks(under: heading)
        return try #require(place < blocks.count ? blocks[place] : nil, "no block under \(heading)")
    }

    /// A file, a pipe, chapters, shots. Only the camera is not ours.
    @Test func use() throws {
        var lines = try block("Use").split(separator: "\n")
        try #require(lines.count > 4)
        lines.removeAll { $0.contains("rtsp://") }
        let (outcome, folder) = try Readme.paste(lines.joined(separator: "\n"), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let starts = outcome.events.filter { $0.type == "stream_start" }
        // From the file, and from the pipe.
        #expect(starts.count == 2)
        #expect(outcome.events.filter { $0.type == "stream_end" }.count == 2)
        #expect(outcome.output.contains("WEBVTT") && outcome.output.contains("Scene Number"))
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "film.events.jsonl").path))
    }

    /// A feed in a terminal; the minute is made short, and the port one that is free.
    @Test func tailALiveFeed() throws {
        let port = "\(LoopbackListener.freePort())"
        var text = try block("Tail a live feed")
        for (old, new) in [
            ("5002", port), ("timeout 60 .build/release/scened", "timeout -s INT 12 scened"),
            ("--deadline 30", "--deadline 6"),
        ] {
            try #require(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        // `timeout` says that it had to end the program.
        let pasted = "film=film.mp4\n\(text) --heartbeat 1 --min-scene 1 || test $? = 124\nkill %1"
        let (outcome, _) = try Readme.paste(pasted, files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let types = Set(outcome.events.map(\.type))
        #expect(types.isSuperset(of: ["heartbeat", "boundary"]), "\(types)")
        #expect(outcome.events.contains { $0.fields["state"] as? String == "running" })
    }

    @Test func exportScenes() throws {
        let made = "scened segment film.mp4 --min-scene 1 --quiet --output film.events.jsonl\n"
        let (outcome, folder) = try Readme.paste(made + (try block("Export")), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for name in ["chapters.txt", "film.chapters.mp4", "film.vtt", "film.edl"] {
            let size = (try? folder.appending(path: name).resourceValues(forKeys: [.fileSizeKey]))?.fileSize
            #expect((size ?? 0) > 0, "\(name)")
        }
    }

    @Test func ownEmbeddings() throws {
        let (outcome, _) = try Readme.paste(try block("Use your own embeddings"), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.events.contains { $0.type == "score" } && outcome.events.last?.type == "stream_end")
    }

    /// The lists of the other detectors are ours here: in their formats.
    @Test func shotsOfAnotherDetector() throws {
        var lines = try block("Use the shots of another detector").split(separator: "\n")
        try #require(lines.first?.hasPrefix("scenedetect ") == true)
        lines[0] = "scened shots film.mp4 --to csv > film-Scenes.csv"
        lines.insert("printf '0 39\\n40 84\\n85 399\\n' > film.mp4.scenes.txt", at: 1)
        let (outcome, _) = try Readme.paste(lines.joined(separator: "\n"), files: Self.film)
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
        let (outcome, _) = try Readme.paste(lines.joined(separator: "\n"), files: Self.film)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("AP") && outcome.output.contains("recall"))
    }
}
